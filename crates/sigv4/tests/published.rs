//! The requests whose signatures AWS has published: its test suite, the IAM example and the S3
//! examples. Each is signed, and what was signed is verified.

use sigv4::{BodyCheck, Credentials, Parsed, PathStyle, RequestParts, SigningKey, Target};
use sigv4::{presign, sha256_hex, sign, verify};

const SUITE_NOW: u64 = 1_440_938_160_000; // 20150830T123600Z
const S3_NOW: u64 = 1_369_353_600_000; // 20130524T000000Z

fn suite_credentials() -> Credentials {
    Credentials {
        access_key: "AKIDEXAMPLE".to_owned(),
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
    }
}

fn s3_credentials() -> Credentials {
    Credentials {
        access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
    }
}

const SUITE: Target<'_> =
    Target { region: "us-east-1", service: "service", style: PathStyle::Normalized };
const S3: Target<'_> = Target { region: "us-east-1", service: "s3", style: PathStyle::S3 };

/// Signs, compares with the published signature, and verifies what was signed.
fn check(
    request: &RequestParts<'_>,
    credentials: &Credentials,
    target: Target<'_>,
    now: u64,
    payload: &str,
    expected: &str,
) {
    let added = sign(request, credentials, target, now, payload);
    let authorization = &added.last().expect("an authorization").1;
    let signature = authorization.rsplit_once("Signature=").expect("a signature").1;
    assert_eq!(signature, expected, "{} {}", request.method, request.path);

    let mut headers = request.headers.to_vec();
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_str())));
    let request = RequestParts { headers: &headers, ..*request };
    let parsed = Parsed::from_request(&request).expect("a signature");
    let key = SigningKey::derive(&credentials.secret, &parsed.credential.scope);
    verify(&request, &parsed, &key, now, target.style, Some(payload)).expect("verifies");
}

fn suite(method: &str, path: &str, query: &str, more: &[(&str, &str)], expected: &str) {
    let mut headers = vec![("Host", "example.amazonaws.com")];
    headers.extend(more);
    let request = RequestParts { method, path, query, headers: &headers };
    check(&request, &suite_credentials(), SUITE, SUITE_NOW, &sha256_hex(b""), expected);
}

#[test]
fn the_test_suite() {
    let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    suite("GET", "/", "", &[], vanilla);
    for path in ["/example/..", "//", "/./", "/example1/example2/../.."] {
        suite("GET", path, "", &[], vanilla);
    }
    suite("POST", "/", "", &[], "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    suite(
        "GET",
        "/",
        "Param2=value2&Param1=value1",
        &[],
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    );
    suite(
        "GET",
        "/",
        "",
        &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    );
    suite(
        "GET",
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "",
        &[],
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    );
    suite("GET", "/ሴ", "", &[], "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}

#[test]
fn the_iam_example() {
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("Host", "iam.amazonaws.com"),
    ];
    let query = "Action=ListUsers&Version=2010-05-08";
    let request = RequestParts { method: "GET", path: "/", query, headers: &headers };
    let target = Target { service: "iam", ..SUITE };
    let expected = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    check(&request, &suite_credentials(), target, SUITE_NOW, &sha256_hex(b""), expected);
}

#[test]
fn the_s3_examples() {
    let empty = sha256_hex(b"");
    let host = ("Host", "examplebucket.s3.amazonaws.com");
    let hash = ("x-amz-content-sha256", empty.as_str());
    for (path, query, headers, expected) in [
        (
            "/test.txt",
            "",
            &[host, ("Range", "bytes=0-9"), hash][..],
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "/",
            "lifecycle",
            &[host, hash],
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "/",
            "max-keys=2&prefix=J",
            &[host, hash],
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ] {
        let request = RequestParts { method: "GET", path, query, headers };
        check(&request, &s3_credentials(), S3, S3_NOW, &empty, expected);
    }
    let body = sha256_hex(b"Welcome to Amazon S3.");
    let headers = [
        host,
        ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-content-sha256", &body),
    ];
    let path = "/test%24file.text";
    let request = RequestParts { method: "PUT", path, query: "", headers: &headers };
    let expected = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
    check(&request, &s3_credentials(), S3, S3_NOW, &body, expected);
}

#[test]
fn the_s3_presigned_example() {
    let headers = [("Host", "examplebucket.s3.amazonaws.com")];
    let request = RequestParts { method: "GET", path: "/test.txt", query: "", headers: &headers };
    let payload = "UNSIGNED-PAYLOAD";
    let query = presign(&request, &s3_credentials(), S3, S3_NOW, 86_400, payload);
    assert_eq!(
        query.rsplit_once("X-Amz-Signature=").expect("a signature").1,
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
    let request = RequestParts { query: &query, ..request };
    let parsed = Parsed::from_request(&request).expect("a signature");
    let key = SigningKey::derive(&s3_credentials().secret, &parsed.credential.scope);
    let verify_at = |now| verify(&request, &parsed, &key, now, PathStyle::S3, None);
    verify_at(S3_NOW + 86_400_000).expect("still good");
    let expired = verify_at(S3_NOW + 86_400_001).expect_err("over");
    assert_eq!(expired.to_string(), "Request has expired");
}

#[test]
fn the_s3_chunks_example() {
    let headers = [
        ("Host", "s3.amazonaws.com"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("Content-Encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "66560"),
        ("Content-Length", "66824"),
        ("x-amz-date", "20130524T000000Z"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
             x-amz-decoded-content-length;x-amz-storage-class,\
             Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        ),
    ];
    let path = "/examplebucket/chunkObject.txt";
    let request = RequestParts { method: "PUT", path, query: "", headers: &headers };
    let parsed = Parsed::from_request(&request).expect("a signature");
    let key = SigningKey::derive(&s3_credentials().secret, &parsed.credential.scope);
    let verified =
        verify(&request, &parsed, &key, S3_NOW, PathStyle::S3, None).expect("a good signature");
    let BodyCheck::Chunks { mut chain, trailer: false } = verified.body else {
        panic!("the body comes in chunks")
    };
    let mut forged = chain.clone();
    let first = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
    chain.chunk(&[b'a'; 65_536], first).expect("the first chunk");
    forged.chunk(&[b'b'; 65_536], first).expect_err("another first chunk");
    let second = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
    forged.chunk(&[b'a'; 1024], second).expect_err("the second chunk first");
    chain.chunk(&[b'a'; 1024], second).expect("the second chunk");
    let last = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
    chain.chunk(b"", last).expect("the last chunk");
}
