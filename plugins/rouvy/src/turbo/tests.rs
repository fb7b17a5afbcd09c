use serde_json::{Value, json};

use super::{Bad, decode, read, redirect};

fn decoded(text: &str) -> Value {
    decode(text.as_bytes()).unwrap()
}

fn shape(text: &str) -> String {
    match decode(text.as_bytes()) {
        Err(Bad::Shape(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn members_and_items_are_indexes_and_one_value_may_stand_in_several_places() {
    let text = r#"[{"_1":2},"rides",[3,5],{"_4":6},"km",{"_4":6,"_7":8},21.5,"name","Hill"]"#;
    assert_eq!(decoded(text), json!({ "rides": [{ "km": 21.5 }, { "km": 21.5, "name": "Hill" }] }));
}

#[test]
fn a_negative_index_is_a_value_by_itself() {
    let text = r#"[{"_1":-5,"_2":-7,"_3":4,"_5":-4},"null","undefined","list",[-1,-2,-3,-5,-6,-7],"zero"]"#;
    let value = decoded(text);
    assert_eq!(value, json!({ "null": null, "list": [null, null, null, null, null, null], "zero": -0.0 }));
    assert!(value.get("undefined").is_none(), "what is undefined is not there");
    assert_eq!(decoded("-5"), Value::Null);
    assert_eq!(shape(r#"[[-8]]"#), "there is nothing at index -8");
}

#[test]
fn tags_become_what_json_has() {
    let text = concat!(
        r#"[[1,2,3,4,5,6,8,11,14],["D",1775235912000],["U","https://rides.example/"],["B","12345678901234567890"],"#,
        r#"["R","^a","i"],["Y","mark"],["S",7,7],4,["M",9,10],"key","value",["N",{"_12":13}],"in","it",["E","broken","TypeError"]]"#
    );
    let expected = json!([
        "2026-04-03T17:05:12Z", "https://rides.example/", "12345678901234567890", "^a", "mark", [4, 4], [["key", "value"]],
        { "in": "it" }, { "$error": "broken" }
    ]);
    assert_eq!(decoded(text), expected);
}

#[test]
fn a_promise_is_resolved_by_a_later_line_whose_indexes_go_on() {
    let text = "[{\"_1\":2},\"data\",{\"_3\":4},\"career\",[\"P\",4]]\nP4:[{\"_6\":7},\"points\",310]\n";
    assert_eq!(decoded(text), json!({ "data": { "career": { "points": 310 } } }));
    let two = "[[1,2],[\"P\",1],[\"P\",2]]\nP2:[\"second\"]\nP1:[[5],\"first\"]\n";
    assert_eq!(decoded(two), json!([["first"], "second"]));
    assert_eq!(decoded("[[\"P\",0]]\nP0:-5\n"), Value::Null);
    assert_eq!(decoded("[[\"P\",0]]\nE0:[\"gone\"]\n"), json!({ "$error": "gone" }));
    assert_eq!(decoded("[[1,2],[\"P\",1],[\"Z\",1]]\nP1:[7]\n"), json!([7, 7]));
}

#[test]
fn what_breaks_off_is_told_from_what_is_something_else() {
    for short in ["", "[{\"_1\":2},\"da", "[[\"P\",0]]\n", "[[\"P\",0]]\nP0", "[[\"P\",0]]\nP0:[\"hal"] {
        assert!(matches!(decode(short.as_bytes()), Err(Bad::Short(_))), "{short}");
    }
    assert_eq!(shape(r#"{"activities":[]}"#), "a flat array was expected");
    assert_eq!(shape("[]"), "a flat array was expected");
    assert!(shape("<!DOCTYPE html>").starts_with("no turbo-stream"));
    assert_eq!(shape(r#"[{"_1":2},4,5]"#), "the key _1 is no text");
    assert_eq!(shape("[1]\nQ0:[1]\n"), "a line that neither resolves nor rejects a promise");
}

#[test]
fn a_value_within_itself_and_one_that_unfolds_without_end_are_refused() {
    assert!(shape("[[0]]").contains("in themselves"));
    let mut doubling = vec!["[1,1]".to_owned()];
    doubling.extend((2..40).map(|next| format!("[{next},{next}]")));
    doubling.push("7".to_owned());
    assert!(shape(&format!("[{}]", doubling.join(","))).contains("more than"));
}

#[test]
fn a_key_that_is_no_index_is_read_as_it_stands_with_its_value_as_an_index() {
    assert_eq!(decoded(r#"[{"plain":1},5]"#), json!({ "plain": 5 }));
}

#[test]
fn a_tag_of_an_application_s_own_is_kept_under_its_name() {
    let text = r#"[["SingleFetchRedirect",1],{"_2":3,"_4":5},"redirect","/login","status",302]"#;
    assert_eq!(decoded(text), json!({ "SingleFetchRedirect": { "redirect": "/login", "status": 302 } }));
    assert_eq!(redirect(text.as_bytes()).as_deref(), Some("/login"));
    assert_eq!(redirect(br#"[{"_1":2},"redirect","/login"]"#), None);
    assert_eq!(decoded(r#"[["Colour","red"]]"#), json!({ "Colour": ["red"] }));
}

#[test]
fn a_member_of_another_type_is_named_by_its_place() {
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Ride {
        km: f64,
    }
    let wrong = read::<Vec<Ride>>(br#"[[1],{"_2":3},"km","far"]"#).unwrap_err();
    assert_eq!(wrong.pointer, "/0/km");
}
