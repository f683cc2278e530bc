//! AWS's documented examples of operators and clauses, with the documented results.

use rules::Version;

use crate::told::{FIRST, SECOND, Told, check, check_statement, result};

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
