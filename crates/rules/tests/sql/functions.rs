//! AWS's documented examples of functions, and each row of their tables, with the documented results.
//!
//! Where the documentation contradicts itself, the case says so.

use crate::told::{FIRST, SECOND, Told, check, check_statement, result};

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
