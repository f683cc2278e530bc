//! AWS's documented examples, and each row of its tables, with their documented results.
//!
//! Where the documentation contradicts itself, or its operators, the case says so.

mod told;

use rules::Version;
use told::{Told, result};

const FIRST: Version = Version::V2015_10_08;
const SECOND: Version = Version::V2016_03_23;

/// Checks `expression = expected` in the second version, for an empty payload.
#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        let sql = format!("SELECT {expression} AS x FROM 'a'");
        let output = result(&sql, SECOND, "{}");
        let expected = match *expected {
            "Undefined" => "{}".to_owned(),
            value => format!("{{\"x\":{value}}}"),
        };
        assert_eq!(output, Told::Json(expected), "{expression}");
    }
}

#[track_caller]
fn check_statement(sql: &str, version: Version, payload: &str, expected: &str) {
    assert_eq!(result(sql, version, payload), Told::Json(expected.to_owned()), "{sql}");
}

#[test]
fn numbers() {
    check(&[
        ("abs(-5)", "5"),
        ("abs('-5.123')", "5.123"),
        ("abs(true)", "Undefined"),
        ("abs([1])", "Undefined"),
        ("abs(NULL)", "Undefined"),
        ("abs(nothing)", "Undefined"),
        ("acos(0)", "1.5707963267948966"),
        ("acos(2)", "Undefined"),
        ("acos('x')", "Undefined"),
        ("asin(0)", "0"),
        ("atan(0)", "0"),
        ("atan2(1, 0)", "1.5707963267948966"),
        ("atan2('1', '0')", "1.5707963267948966"),
        ("bitand(13, 5)", "5"),
        ("bitor(8, 5)", "13"),
        ("bitxor(13, 5)", "8"),
        ("bitxor('13.9', 5.2)", "8"),
        // The documentation says 2, which is no NOT of any width.
        ("bitnot(13)", "-14"),
        ("bitand(true, 1)", "Undefined"),
        ("ceil(1.2)", "2"),
        ("ceil(-1.2)", "-1"),
        ("ceil('1.2')", "2"),
        ("cos(0)", "1"),
        ("cosh(2.3)", "5.037220649268761"),
        ("exp(1)", "2.718281828459045"),
        ("floor(1.2)", "1"),
        ("floor(-1.2)", "-2"),
        ("floor([1,2,3])", "Undefined"),
        ("ln(2.718281828459045)", "1"),
        ("ln(0)", "Undefined"),
        ("log(100)", "2"),
        ("mod(8, 3)", "2"),
        ("mod(8.5, 3)", "2.5"),
        ("mod(8, 0)", "Undefined"),
        ("nanvl(8, 3)", "8"),
        ("nanvl(nothing, 3)", "3"),
        ("nanvl(NULL, 3)", "3"),
        ("nanvl('a', 3)", "\"a\""),
        ("power(2, 5)", "32"),
        ("power(-1, 0.5)", "Undefined"),
        ("remainder(8, 3)", "2"),
        ("round(1.2)", "1"),
        ("round(1.5)", "2"),
        ("round(1.7)", "2"),
        ("round(-1.1)", "-1"),
        ("round(-1.5)", "-2"),
        ("round('2.5')", "3"),
        ("sign(-7)", "-1"),
        ("sign(0)", "0"),
        ("sign(13)", "1"),
        ("sign(-0.5)", "-1"),
        ("sin(0)", "0"),
        ("sinh(2.3)", "4.936961805545957"),
        ("sqrt(9)", "3"),
        ("sqrt(-9)", "Undefined"),
        ("tan(3)", "-0.1425465430742778"),
        ("tanh(2.3)", "0.9800963962661914"),
        ("trunc(2.3, 0)", "2"),
        ("trunc(2.3123, 2)", "2.31"),
        ("trunc(2.888, 2)", "2.88"),
        ("trunc(2.00, 5)", "2"),
        ("trunc(-2.888, -1)", "-2"),
        ("trunc('2.888', 1.9)", "2.8"),
        ("abs(1, 2)", "Undefined"),
    ]);
}

#[test]
fn doubles_keep_their_point_in_the_first_version() {
    for (expression, expected) in
        [("asin(0)", "0.0"), ("log(100)", "2.0"), ("power(2, 5)", "32.0"), ("sqrt(9)", "3.0")]
    {
        let sql = format!("SELECT {expression} AS x FROM 'a'");
        check_statement(&sql, FIRST, "{}", &format!("{{\"x\":{expected}}}"));
    }
}

#[test]
fn texts() {
    check(&[
        ("chr(65)", "\"A\""),
        ("chr(49)", "\"1\""),
        ("chr('65.9')", "\"A\""),
        ("chr(128)", "Undefined"),
        ("chr(-1)", "Undefined"),
        ("concat()", "Undefined"),
        // Said to be "1", and to be the argument unmodified.
        ("concat(1)", "1"),
        ("concat([1, 2, 3], 4)", "[1,2,3,4]"),
        ("concat([1, 2, 3], \"hello\")", "[1,2,3,\"hello\"]"),
        ("concat(\"con\", \"cat\")", "\"concat\""),
        ("concat(1, \"hello\")", "\"1hello\""),
        ("concat(\"he\",\"is\",\"man\")", "\"heisman\""),
        ("concat([1, 2, 3], \"hello\", [4, 5, 6])", "[1,2,3,\"hello\",4,5,6]"),
        ("concat(1, 2)", "Undefined"),
        ("concat('a', NULL)", "Undefined"),
        ("endswith(\"cat\",\"at\")", "true"),
        ("endswith(142, 42)", "true"),
        ("endswith(NULL, 'a')", "Undefined"),
        ("startswith(\"ranger\",\"ran\")", "true"),
        ("startswith('a', nothing)", "Undefined"),
        ("indexof(\"abcd\", \"bc\")", "1"),
        ("indexof('abcd', 'x')", "-1"),
        ("length(\"hi\")", "2"),
        ("length(false)", "5"),
        ("length('€')", "1"),
        ("lower(\"HELLO\")", "\"hello\""),
        ("lower([\"HELLO\"])", r#""[\"hello\"]""#),
        ("lpad(\"hello\", 2)", "\"  hello\""),
        ("lpad(1, 3)", "\"   1\""),
        ("lpad('a', -1)", "\"a\""),
        ("lpad('a', 'x')", "Undefined"),
        ("length(lpad('', 5000))", "1000"),
        ("Ltrim(\" h i \")", "\"h i \""),
        ("numbytes(\"hi\")", "2"),
        ("numbytes(\"€\")", "3"),
        ("regexp_matches(\"aaaa\", \"a{2,}\")", "true"),
        ("regexp_matches(\"aaaa\", \"b\")", "false"),
        ("regexp_matches(NULL, 'a')", "Undefined"),
        ("regexp_matches('a', concat('(', ''))", "Undefined"),
        ("regexp_replace(\"abcd\", \"bc\", \"x\")", "\"axd\""),
        ("regexp_replace(\"abcd\", \"b(.*)d\", \"$1\")", "\"ac\""),
        ("regexp_replace('a1', '(?<digit>[0-9])', '<${digit}0\\$>')", "\"a<10$>\""),
        ("regexp_replace('aa', 'a', '$1')", "Undefined"),
        ("regexp_substr(\"hihihello\", \"hi\")", "\"hi\""),
        ("regexp_substr(\"hihihello\", \"(hi)*\")", "\"hihi\""),
        ("regexp_substr('a', 'b')", "Undefined"),
        ("replace(\"abcd\", \"bc\", \"x\")", "\"axd\""),
        ("replace(\"abcdabcd\", \"b\", \"x\")", "\"axcdaxcd\""),
        ("replace(true, 'r', 1)", "\"t1ue\""),
        ("rpad(\"hello\", 2)", "\"hello  \""),
        ("rpad(1, 3)", "\"1   \""),
        ("rtrim(\" h i \")", "\" h i\""),
        ("substring(\"012345\", 0)", "\"012345\""),
        ("substring(\"012345\", 2)", "\"2345\""),
        ("substring(\"012345\", 2.745)", "\"2345\""),
        ("substring(123, 2)", "\"3\""),
        ("substring(\"012345\", -1)", "\"012345\""),
        ("substring(true, 1.2)", "\"rue\""),
        ("substring(false, -2.411E247)", "\"false\""),
        ("substring(\"012345\", 1, 3)", "\"12\""),
        ("substring(\"012345\", -50, 50)", "\"012345\""),
        ("substring(\"012345\", 3, 1)", "\"\""),
        ("substring(NULL, 1)", "Undefined"),
        ("Trim(\" hi \")", "\"hi\""),
        ("trim(5)", "\"5\""),
        ("upper(\"hello\")", "\"HELLO\""),
        ("upper([\"hello\"])", r#""[\"HELLO\"]""#),
        ("upper(NULL)", "Undefined"),
    ]);
}

#[test]
fn hashes() {
    check(&[
        ("md2(\"hello\")", "\"a9046c73e00331af68917d3804f70655\""),
        ("md5(\"hello\")", "\"5d41402abc4b2a76b9719d911017c592\""),
        ("sha1('abc')", "\"a9993e364706816aba3e25717850c26c9cd0d89d\""),
        ("sha224('abc')", "\"23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7\""),
        ("sha256('abc')", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""),
        ("substring(sha384('abc'), 0, 12)", "\"cb00753f45a3\""),
        ("substring(sha512('abc'), 0, 12)", "\"ddaf35a19361\""),
        ("md5(NULL)", "Undefined"),
    ]);
    let payload = r#"{"deviceid" : "iot123", "temp" : 54.98}"#;
    let sql = "SELECT temp, md5(deviceid) AS hashed_id FROM 'topic/#'";
    let expected = r#"{"temp":54.98,"hashed_id":"e37f81fb397e595c4aeb5645b8cbbbd1"}"#;
    check_statement(sql, SECOND, payload, expected);
}

#[test]
fn collections_and_absence() {
    check(&[
        ("get([\"a\", \"b\", \"c\"], 1)", "\"b\""),
        ("get({\"a\":\"b\"}, \"a\")", "\"b\""),
        // The documentation says "a", and that indices count from 0.
        ("get(\"abc\", 1)", "\"b\""),
        ("get(['a'], -1)", "Undefined"),
        ("get(['a'], 1)", "Undefined"),
        ("get(5, 0)", "Undefined"),
        ("get({'1': 2}, 1)", "Undefined"),
        ("isNull(5)", "false"),
        ("isNull(Null)", "true"),
        ("isNull(nothing)", "false"),
        ("isUndefined(5)", "false"),
        ("isUndefined(floor([1,2,3]))", "true"),
        ("isUndefined(NULL)", "false"),
        ("get_or_default(nothing, 1)", "1"),
        ("get_or_default(NULL, 1)", "1"),
        ("get_or_default(2, 1)", "2"),
        ("get_or_default(nothing)", "Undefined"),
        ("[1, 'a', true, NULL, {'b': 2}]", "[1,\"a\",true,null,{\"b\":2}]"),
    ]);
}

#[test]
fn casts() {
    check(&[
        ("cast(true as Int)", "1"),
        ("cast('5.9' as Integer)", "5"),
        ("cast(5.9 as Int)", "5"),
        ("cast(NULL as Int)", "Undefined"),
        ("cast(12 as String)", "\"12\""),
        ("cast(1.5 as varchar)", "\"1.5\""),
        ("cast(false as text)", "\"false\""),
        ("cast({'a': [1, 'b']} as Nvarchar)", r#""{\"a\":[1,\"b\"]}""#),
        ("cast(NULL as Ntext)", "Undefined"),
        ("cast(0 as Bool)", "false"),
        ("cast(0.5 as Boolean)", "true"),
        ("cast('TRUE' as Boolean)", "true"),
        ("cast('yes' as Boolean)", "Undefined"),
        ("cast([1] as Boolean)", "Undefined"),
        ("cast('5E-12' as Decimal)", "5E-12"),
        ("cast('-1.2' as Double)", "-1.2"),
        ("cast('+1' as Double)", "Undefined"),
        ("cast(' 1' as Double)", "Undefined"),
        // Whole numbers are Ints in this version, however they are cast.
        ("cast(10.0 as Decimal)", "10"),
    ]);
    for (cast, expected) in [("true", "1.0"), ("false", "0.0"), ("10.0", "10.0"), ("10", "10")] {
        let sql = format!("SELECT cast({cast} AS Double) AS x FROM 'a'");
        check_statement(&sql, FIRST, "{}", &format!("{{\"x\":{expected}}}"));
    }
}

#[test]
fn logic() {
    check(&[
        ("true AND false", "false"),
        ("'TRUE' AND true", "true"),
        ("'x' AND true", "Undefined"),
        ("false AND nothing", "Undefined"),
        ("1 AND true", "Undefined"),
        ("false OR true", "true"),
        ("'False' OR false", "false"),
        ("true OR nothing", "Undefined"),
        ("NOT true", "false"),
        ("NOT 'false'", "true"),
        ("NOT 1", "Undefined"),
        ("NOT nothing", "Undefined"),
        ("NOT 1 = 2", "true"),
        ("true OR false AND false", "true"),
        ("(true OR false) AND false", "false"),
    ]);
}

#[test]
fn comparisons() {
    check(&[
        ("2 > 1", "true"),
        ("2 > 1.5", "true"),
        ("'2' > 10", "false"),
        ("'b' > 'a'", "Undefined"),
        ("true > false", "Undefined"),
        ("1 >= 1.0", "true"),
        ("1 < '1.5'", "true"),
        ("1 <= nothing", "Undefined"),
        ("1 = 1.0", "true"),
        ("'40' = 40", "false"),
        ("'40' <> 40", "true"),
        ("'a' = 'a'", "true"),
        ("[1, 2] = [1, 2.0]", "true"),
        ("[1, 2] = [2, 1]", "false"),
        ("[1, 2] <> [2, 1]", "true"),
        ("{'a': 1, 'b': 2} = {'b': 2, 'a': 1}", "true"),
        ("{'a': 1} = {'a': 1, 'b': 2}", "false"),
        ("NULL = NULL", "true"),
        ("NULL <> NULL", "false"),
        ("NULL = 5", "false"),
        ("nothing = nothing", "Undefined"),
        ("1 <> nothing", "Undefined"),
        ("1 != 2", "true"),
        ("2 IN (1, 2)", "true"),
        ("'2' IN (1, 2)", "false"),
        ("2 NOT IN [1, 3]", "true"),
        ("nothing IN (1)", "Undefined"),
        ("1 IN 1", "Undefined"),
    ]);
}

#[test]
fn arithmetic() {
    check(&[
        ("1 + 2", "3"),
        ("1 + 2.5", "3.5"),
        ("0.1 + 0.2", "0.3"),
        ("'a' + 1", "\"a1\""),
        ("1 + 'a'", "\"1a\""),
        ("'1' + 1", "\"11\""),
        ("'a' + true", "\"atrue\""),
        ("'a' + [1]", "\"a[1]\""),
        ("'a' + NULL", "Undefined"),
        ("true + 1", "Undefined"),
        ("5 - 7", "-2"),
        ("'5' - 3", "2"),
        ("'x' - 3", "Undefined"),
        ("3 * 4", "12"),
        ("1.5 * 3", "4.5"),
        ("5 / 2", "2"),
        ("-5 / 2", "-2"),
        ("5.5 / 2", "2.75"),
        ("'5' / 2", "2.5"),
        ("1 / 0", "Undefined"),
        ("8 % 3", "2"),
        ("8.5 % '3'", "2.5"),
        ("2 + 3 * 4", "14"),
        ("-(2 + 3)", "-5"),
        ("12345678901234567890 * 10", "123456789012345678900"),
    ]);
}

#[test]
fn whole_decimals_are_ints_since_the_second_version() {
    let payload = r#"{"a":10.0,"b":{"c":[1e2,"1.0",2.50]},"d":4}"#;
    let sql = "SELECT *, a / d AS q FROM 't'";
    check_statement(sql, SECOND, payload, r#"{"a":10,"b":{"c":[100,"1.0",2.50]},"d":4,"q":2}"#);
    check_statement(sql, FIRST, payload, r#"{"a":10.0,"b":{"c":[1e2,"1.0",2.50]},"d":4,"q":2.5}"#);
    let sql = "SELECT a, b.c FROM 't'";
    check_statement(sql, SECOND, payload, r#"{"a":10,"c":[100,"1.0",2.50]}"#);
    check_statement(sql, FIRST, payload, r#"{"a":10.0,"c":[1e2,"1.0",2.50]}"#);
}

#[test]
fn select_clauses() {
    let payload = r#"{"color":"red", "temperature":50}"#;
    for version in Version::ALL {
        let cases = [
            ("SELECT * FROM 'a/b'", payload),
            ("SELECT color FROM 'a/b'", r#"{"color":"red"}"#),
            ("SELECT color AS my_color FROM 'a/b'", r#"{"my_color":"red"}"#),
            (
                "SELECT color as my_color, temperature as fahrenheit FROM 'a/b'",
                r#"{"my_color":"red","fahrenheit":50}"#,
            ),
            ("SELECT *, 15 as speed FROM 'a/b'", r#"{"color":"red", "temperature":50,"speed":15}"#),
            ("SELECT VALUE color FROM 'a/b'", r#""red""#),
            (
                "SELECT (temperature - 32) * 5 / 9 AS celsius, upper(color) as my_color FROM 'a/b'",
                r#"{"celsius":10,"my_color":"RED"}"#,
            ),
            ("select NULL as n from 'a/b'", r#"{"n":null}"#),
            ("SELECT color AS bar.baz FROM 'a/b'", r#"{"bar":{"baz":"red"}}"#),
            (
                "SELECT color AS a.b, temperature AS a.c, 1 AS d FROM 'a/b'",
                r#"{"a":{"b":"red","c":50},"d":1}"#,
            ),
            ("SELECT *, 'blue' AS color FROM 'a/b'", r#"{"color":"blue","temperature":50}"#),
            ("SELECT *, nothing AS color FROM 'a/b'", r#"{"color":"red","temperature":50}"#),
            ("SELECT 1 AS color, * FROM 'a/b'", r#"{"color":"red","temperature":50}"#),
            ("SELECT nothing FROM 'a/b'", "{}"),
            ("SELECT nothing, color FROM 'a/b'", r#"{"color":"red"}"#),
        ];
        for (sql, expected) in cases {
            check_statement(sql, version, payload, expected);
        }
    }
    let payload = r#"{"color":{"red":255,"green":0,"blue":0}, "temperature":50}"#;
    check_statement(
        "SELECT color.red as red_value FROM 'a'",
        FIRST,
        payload,
        r#"{"red_value":255}"#,
    );
    check_statement(
        "SELECT color.* FROM 'a'",
        SECOND,
        payload,
        r#"{"red":255,"green":0,"blue":0}"#,
    );
    let payload = r#"{"a":{"b":"c"},"arr":[1,2,3,4]}"#;
    check_statement("SELECT VALUE arr FROM 'topic'", SECOND, payload, "[1,2,3,4]");
    check_statement("SELECT arr[1] AS b, arr[9] AS c FROM 'topic'", SECOND, payload, r#"{"b":2}"#);
}

#[test]
fn literals_and_case() {
    check_statement(
        "SELECT {'latitude': get(lat_long, 0),'longitude':get(lat_long, 1)} as lat_long FROM 't'",
        SECOND,
        r#"{"lat_long": [47.606,-122.332]}"#,
        r#"{"lat_long":{"latitude":47.606,"longitude":-122.332}}"#,
    );
    let payload = r#"{"lat": 47.696, "long": -122.332}"#;
    let expected = r#"{"lat_long":[47.696,-122.332]}"#;
    check_statement("SELECT [lat,long] as lat_long FROM 't'", SECOND, payload, expected);
    let sql = "SELECT CASE color WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution' \
               WHEN 'red' THEN 'stop' ELSE 'you are not at a stop light' END as instructions FROM 'a/b'";
    for (color, expected) in [
        ("\"yellow\"", r#"{"instructions":"caution"}"#),
        ("\"blue\"", r#"{"instructions":"you are not at a stop light"}"#),
        ("null", r#"{"instructions":"you are not at a stop light"}"#),
    ] {
        check_statement(sql, FIRST, &format!("{{\"color\":{color}}}"), expected);
    }
    check_statement(sql, FIRST, "{}", "{}");
    check(&[
        ("CASE 1 WHEN 2 THEN 3 END", "Undefined"),
        ("CASE 1 WHEN 1 THEN 'a' WHEN 1 THEN 'b' END", "\"a\""),
        ("CASE WHEN 1 > 2 THEN 'a' WHEN 2 > 1 THEN 'b' ELSE 'c' END", "\"b\""),
    ]);
}

#[test]
fn nested_queries() {
    let payload = r#"{"e": [
        { "n": "temperature", "u": "Cel", "t": 1234, "v": 22.5 },
        { "n": "light", "u": "lm", "t": 1235, "v": 135 },
        { "n": "acidity", "u": "pH", "t": 1235, "v": 7 }
    ]}"#;
    let cases = [
        (
            "SELECT (SELECT VALUE n FROM e) as sensors FROM 'my/topic'",
            r#"{"sensors":["temperature","light","acidity"]}"#,
        ),
        (
            "SELECT (SELECT v FROM e WHERE n = 'temperature') as temperature FROM 'my/topic'",
            r#"{"temperature":[{"v":22.5}]}"#,
        ),
        (
            "SELECT get((SELECT v FROM e WHERE n = 'temperature'), 0).v as temperature FROM 'topic'",
            r#"{"temperature":22.5}"#,
        ),
        ("SELECT VALUE (SELECT VALUE v FROM e WHERE v > 100) FROM 'topic'", "[135]"),
        ("SELECT EXISTS (SELECT * FROM e WHERE n = 'light') AS x FROM 'topic'", r#"{"x":true}"#),
        ("SELECT EXISTS (SELECT * FROM e WHERE n = 'dark') AS x FROM 'topic'", r#"{"x":false}"#),
        ("SELECT (SELECT VALUE v FROM nothing) AS x FROM 'topic'", "{}"),
        ("SELECT 7 IN (SELECT VALUE v FROM e) AS x FROM 'topic'", r#"{"x":true}"#),
    ];
    for (sql, expected) in cases {
        check_statement(sql, SECOND, payload, expected);
    }
}

#[test]
fn transform_enriches_arrays() {
    let payload =
        r#"{"attributes": {"data1": 1, "data2": 2}, "values": [{"a": 3}, {"b": 4}, {"c": 5}]}"#;
    check_statement(
        "select value transform(\"enrichArray\", attributes, values) from 'A/B'",
        SECOND,
        payload,
        r#"[{"a":3,"data1":1,"data2":2},{"b":4,"data1":1,"data2":2},{"c":5,"data1":1,"data2":2}]"#,
    );
    check_statement(
        "select value transform(\"enrichArray\", {\"key\": attributes.data1}, values) from 'A/B'",
        SECOND,
        payload,
        r#"[{"a":3,"key":1},{"b":4,"key":1},{"c":5,"key":1}]"#,
    );
    let payload = r#"{"data1": "example", "data2": {"a": "first attribute", "b": "second attribute",
        "c": [{"x": {"someInt": 5, "someString": "hello"}, "y": true},
              {"x": {"someInt": 10, "someString": "world"}, "y": false}]}}"#;
    check_statement(
        "select value transform('enrichArray', (select a, b from data2), (select value c from data2)) \
         from 'A/B'",
        SECOND,
        payload,
        r#"[{"x":{"someInt": 5, "someString": "hello"},"y":true,"a":"first attribute","b":"second attribute"},{"x":{"someInt": 10, "someString": "world"},"y":false,"a":"first attribute","b":"second attribute"}]"#,
    );
    check(&[
        ("transform('other', {}, [])", "Undefined"),
        ("transform('enrichArray', 1, [])", "Undefined"),
        ("transform('enrichArray', {'a': 1}, [1])", "Undefined"),
    ]);
}

#[test]
fn coding() {
    let payload = r#"{"encoded_temp": "eyAidGVtcGVyYXR1cmUiOiAzMyB9Cg=="}"#;
    let sql = "SELECT decode(encoded_temp,\"base64\").temperature AS temp from 'topic/subtopic'";
    check_statement(sql, SECOND, payload, r#"{"temp":33}"#);
    check(&[
        ("decode('aGVsbG8=', 'base64')", "\"hello\""),
        ("decode('%', 'base64')", "null"),
        ("decode(nothing, 'base64')", "Undefined"),
        ("encode('hello', 'base64')", "\"aGVsbG8=\""),
        ("encode(12, 'base64')", "\"MTI=\""),
        ("encode({'a': 1}, 'base64')", "\"eyJhIjoxfQ==\""),
    ]);
    let sql = "SELECT decode(encode(*, 'base64'), 'base64') AS value FROM 'topic/subtopic' \
               WHERE decode(encode(*, 'base64'), 'base64') > 50";
    check_statement(sql, SECOND, "80", r#"{"value":80}"#);
    assert_eq!(result(sql, SECOND, "40"), Told::NoMatch);
    let sql = "SELECT encode(*, 'base64') AS data FROM 'my_topic'";
    check_statement(sql, SECOND, " {} ", r#"{"data":"IHt9IA=="}"#);
}

#[test]
fn payloads_that_are_not_json() {
    let raw = |text: &str| Told::Raw(text.as_bytes().to_vec());
    assert_eq!(result("SELECT * FROM 'a/b'", SECOND, "\u{1}ON"), raw("\u{1}ON"));
    let sql = "SELECT * FROM 'a/b' WHERE timestamp() % 12 = 0";
    assert_eq!(result(sql, SECOND, "ON"), raw("ON"));
    for sql in [
        "SELECT * FROM 'a/b' WHERE device_type = 'thermostat'",
        "SELECT *, timestamp() AS timestamp FROM 'a/b'",
        "SELECT color FROM 'a/b'",
        "SELECT {'message': *} AS x FROM 'a/b'",
    ] {
        assert!(matches!(result(sql, SECOND, "ON"), Told::Failed(_)), "{sql}");
    }
    let sql = "SELECT encode(*, 'base64') AS data, timestamp() AS ts FROM 'a/b'";
    check_statement(sql, SECOND, "ON", r#"{"data":"T04=","ts":1481825251200}"#);
}

#[test]
fn conditions() {
    let payload = r#"{"color":"red", "temperature":40}"#;
    let sql = "SELECT color AS my_color FROM 'a/b' WHERE temperature > 50 AND color <> 'red'";
    assert_eq!(result(sql, SECOND, payload), Told::NoMatch);
    for (condition, expected) in [
        ("temperature >= 40", true),
        ("temperature > 40", false),
        ("color = 'red' AND temperature = 40", true),
        ("'true'", true),
        ("1", false),
        ("nothing > 1", false),
        ("nothing > 1 OR temperature = 40", false),
        ("isUndefined(nothing) AND color = 'red'", true),
    ] {
        let sql = format!("SELECT * FROM 'a' WHERE {condition}");
        let matches = result(&sql, SECOND, payload) != Told::NoMatch;
        assert_eq!(matches, expected, "{condition}");
    }
}

#[test]
fn variables() {
    let payload = r#"{"temp_fahrenheit": 75.5, "humidity": 60}"#;
    check_statement(
        "SET @temp_celsius = (temp_fahrenheit - 32) * 5 / 9 \
         SELECT @temp_celsius > 24 AS is_warm, humidity FROM 'device/data'",
        SECOND,
        payload,
        r#"{"is_warm":true,"humidity":60}"#,
    );
    let payload = r#"{"device1": {"deviceId":"weather_sensor", "deviceData": {"sensors":
        {"temp_fahrenheit": 75, "humidity": 60}, "location": [47.606,-122.332]}}}"#;
    check_statement(
        "SET @device_sensor_data = device1.deviceData.sensors \
         SELECT @device_sensor_data.temp_fahrenheit AS temp_fahrenheit, \
         @device_sensor_data.humidity as humidity FROM 'd' WHERE @device_sensor_data.humidity = 60",
        SECOND,
        payload,
        r#"{"temp_fahrenheit":75,"humidity":60}"#,
    );
    check_statement("SET @a = 1, @b = @a + 1 SELECT @b FROM 'a'", SECOND, "{}", r#"{"b":2}"#);
}

#[test]
fn moments() {
    check(&[
        (
            "parse_time(\"yyyy.MM.dd G 'at' HH:mm:ss z\", 100000000, \"America/Belize\" )",
            "\"1970.01.01 AD at 21:46:40 CST\"",
        ),
        (
            "parse_time(\"yyyy.MM.dd G 'at' HH:mm:ss z\", timestamp())",
            "\"2016.12.15 AD at 18:07:31 UTC\"",
        ),
        ("parse_time('yyyy', 0, 'Nope/Zone')", "Undefined"),
        ("parse_time('yyyy', 'x')", "Undefined"),
        ("parse_time('yyyy', 1E+30)", "Undefined"),
        (
            "time_to_epoch(\"2020-04-03 09:45:18 UTC+01:00\", \"yyyy-MM-dd HH:mm:ss VV\")",
            "1585903518000",
        ),
        ("time_to_epoch(\"18 December 2015\", \"dd MMMM yyyy\")", "1450396800000"),
        (
            "time_to_epoch(\"2007-12-03 10:15:30.592 America/Los_Angeles\", \
             \"yyyy-MM-dd HH:mm:ss.SSS z\")",
            "1196705730592",
        ),
        ("time_to_epoch('nope', 'yyyy-MM-dd')", "Undefined"),
    ]);
}

#[test]
fn what_is_known_of_the_message() {
    check(&[
        ("accountid()", "\"123456789012\""),
        ("clientid()", "\"lamp\""),
        ("principal()", "\"ba67293a\""),
        ("sourceip()", "\"192.0.2.7\""),
        ("sql_version()", "\"2016-03-23\""),
        ("timestamp()", "1481825251200"),
        ("topic()", "\"things/myThings/thingOne\""),
        ("topic(1)", "\"things\""),
        ("topic('3')", "\"thingOne\""),
        ("topic(0)", "Undefined"),
        ("topic(4)", "Undefined"),
        ("traceid()", "\"12345678-1234-1234-1234-123456789012\""),
        (
            "regexp_matches(newuuid(), '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')",
            "true",
        ),
        ("newuuid() = newuuid()", "false"),
        ("rand() < 1 AND rand() >= 0", "true"),
        ("get_mqtt_property('content_type')", "\"text/plain\""),
        ("get_mqtt_property('format_indicator')", "\"UTF8_DATA\""),
        ("get_mqtt_property('response_topic')", "\"r/t\""),
        ("get_mqtt_property('correlation_data')", "\"Y2lk\""),
        ("get_mqtt_property('bogus')", "Undefined"),
        ("get_user_properties('k')", "[\"v1\",\"v2\"]"),
        ("get_user_properties('none')", "Undefined"),
        ("get_user_properties()", "[{\"k\":\"v1\"},{\"o\":\"ov\"},{\"k\":\"v2\"}]"),
    ]);
}
