"""Runs handlers of Python, which it hears of on a channel to the server, with nothing but the standard library.

Little is imported before the function asks for it, since every import is part of a cold start.
"""

import json
import os
import sys
import time

# Several lines of one message: logs show them as one event.
LINE_END = "\r"

READY, INIT_ERROR, RESPONSE, ERROR = b"Y", b"I", b"R", b"E"


class Channel:
    """A socket to the server, as crates/functions/src/channel.rs has it."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        # What the function starts has no business with it.
        os.set_inheritable(descriptor, False)

    def say(self, word, body=b""):
        told = memoryview(word + len(body).to_bytes(4, "big") + body)
        while told:
            told = told[os.write(self.descriptor, told) :]

    def hear(self):
        """Waits for the next invocation: what is told of it, and its payload."""
        heard = self.read(8, b"")
        end = 8 + int.from_bytes(heard[:4], "big")
        heard = self.read(end + int.from_bytes(heard[4:8], "big"), heard)
        return json.loads(heard[8:end]), heard[end:]

    def read(self, length, heard):
        if len(heard) >= length:
            return heard
        pieces, left = [heard], length - len(heard)
        while left > 0:
            piece = os.read(self.descriptor, max(left, 65536))
            if not piece:
                # The server is gone, and with it all that is to be done.
                os._exit(0)
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def wait_for_end(self):
        """Nothing more comes: the server ends this process when it has heard what was said last."""
        while True:
            self.read(1, b"")


class Identity:
    def __init__(self, given):
        given = given or {}
        self.cognito_identity_id = given.get("cognitoIdentityId")
        self.cognito_identity_pool_id = given.get("cognitoIdentityPoolId")


class Client:
    def __init__(self, given):
        self.installation_id = given.get("installation_id")
        self.app_title = given.get("app_title")
        self.app_version_name = given.get("app_version_name")
        self.app_version_code = given.get("app_version_code")
        self.app_package_name = given.get("app_package_name")


class ClientContext:
    def __init__(self, given):
        self.custom = given.get("custom")
        self.env = given.get("env")
        self.client = Client(given["client"]) if given.get("client") else None


class LambdaContext:
    """What a handler is told of its invocation."""

    def __init__(self, told):
        self.aws_request_id = told["id"]
        self.invoked_function_arn = told["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        given = told.get("client")
        self.client_context = ClientContext(json.loads(decoded(given))) if given else None
        self.identity = Identity(None)
        self.tenant_id = None
        self._deadline_ms = told["deadline"]

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        for handler in root_handlers():
            handler.log(message)
            return
        sys.stdout.write(str(message))

    def __repr__(self):
        return f"LambdaContext([aws_request_id={self.aws_request_id},function_name={self.function_name}])"


def decoded(text):
    """A client context comes as base64."""
    import base64

    return base64.b64decode(text) if not text.lstrip().startswith("{") else text


def root_handlers():
    logging = sys.modules.get("logging")
    return [] if logging is None else [it for it in logging.getLogger().handlers if hasattr(it, "log")]


current_request_id = ""


def set_up_logging(logging):
    """The root logger writes as it does on AWS: level, time, request id, message."""

    class Handler(logging.Handler):
        def emit(self, record):
            sys.stdout.write(self.format(record))

        def log(self, message):
            sys.stdout.write(str(message))

    class Filter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = current_request_id
            return True

    handler = Handler()
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n",
        "%Y-%m-%dT%H:%M:%S",
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(Filter())
    logging.getLogger().addHandler(handler)


class LoggingWatcher:
    """Sets logging up when the function imports it, if it does."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(LoggingWatcher)
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path, target)
        execute = spec.loader.exec_module

        def execute_and_set_up(module):
            execute(module)
            set_up_logging(module)

        spec.loader.exec_module = execute_and_set_up
        return spec


class HandlerError(Exception):
    """Why there is no handler, in AWS's words."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


def find_handler(text):
    try:
        path, name = text.rsplit(".", 1)
    except ValueError as error:
        raise HandlerError("Runtime.MalformedHandlerName", f"Bad handler '{text}': {error}") from None
    import importlib

    try:
        module = importlib.import_module(path.replace("/", "."))
    except ImportError as error:
        what = f"Unable to import module '{path}': {error}"
        raise HandlerError("Runtime.ImportModuleError", what) from None
    except SyntaxError as error:
        what = f"Syntax error in module '{path}': {error}"
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise HandlerError("Runtime.UserCodeSyntaxError", what, trace) from None
    try:
        return getattr(module, name)
    except AttributeError:
        what = f"Handler '{name}' missing on module '{path}'"
        raise HandlerError("Runtime.HandlerNotFound", what) from None


def own_frames(error):
    """Where the function was, without what called it."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in frames if frame.filename != __file__ and "importlib" not in frame.filename]
    return traceback.format_list(frames)


def document_of(error, request_id=""):
    if isinstance(error, HandlerError):
        kind, message, trace = error.kind, str(error), error.trace
    else:
        kind, message, trace = type(error).__name__, str(error), own_frames(error)
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def log_error(document):
    lines = [f"[ERROR] {document['errorType']}: {document['errorMessage']}"]
    if document["stackTrace"]:
        lines.append("Traceback (most recent call last):")
    for entry in document["stackTrace"]:
        lines.extend(entry.rstrip("\n").split("\n"))
    sys.stdout.write(LINE_END.join(lines) + "\n")


def plain(value):
    """Numbers of tables come as decimals."""
    if type(value).__name__ == "Decimal":
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def marshalled(result):
    try:
        return json.dumps(result, ensure_ascii=False, default=plain).encode("utf-8", "replace")
    except (TypeError, ValueError) as error:
        raise HandlerError("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def handle(channel, handler, told, payload):
    global current_request_id
    request_id = current_request_id = told["id"]
    os.environ["_X_AMZN_TRACE_ID"] = told["trace"]
    try:
        try:
            event = json.loads(payload)
        except ValueError as error:
            raise HandlerError("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
        word, answer = RESPONSE, marshalled(handler(event, LambdaContext(told)))
    except Exception as error:
        document = document_of(error, request_id)
        log_error(document)
        word, answer = ERROR, json.dumps(document).encode()
    sys.stdout.flush()
    sys.stderr.flush()
    channel.say(word, answer)


def main():
    sys.stdout.reconfigure(line_buffering=True)
    # This file's own directory is none that a function should find modules in.
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    sys.meta_path.insert(0, LoggingWatcher)
    channel = Channel(int(os.environ.pop("THINGSTEAD_CHANNEL")))
    try:
        handler = find_handler(os.environ["_HANDLER"])
    except Exception as error:
        document = document_of(error)
        log_error(document)
        sys.stdout.flush()
        channel.say(INIT_ERROR, json.dumps(document).encode())
        channel.wait_for_end()
    channel.say(READY)
    while True:
        handle(channel, handler, *channel.hear())


main()
