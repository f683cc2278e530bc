"""Code for functions, as archives and roles that they run with."""

import io
import json
import zipfile

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def archive(files: dict[str, str | bytes]) -> bytes:
    """A zip of files, each of which may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o755 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(info, content)
    return buffer.getvalue()


def role(iam, name="functions", allow="*") -> str:
    """The ARN of a role that functions can take, made when it is first asked for."""
    try:
        return iam.get_role(RoleName=name)["Role"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    statement = {"Effect": "Allow", "Action": allow, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_role_policy(
        RoleName=name, PolicyName="allow", PolicyDocument=json.dumps(document)
    )
    return made["Role"]["Arn"]
