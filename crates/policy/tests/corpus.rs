//! The fuzz target for policy documents, run over its corpus as an ordinary test, and over what
//! becomes of the corpus when bytes change.

use model::Home;
use policy::{ArnComparison, Context, Decision, Document, Request, Resource};
use policy::{evaluate, nearest_miss};
use proptest::prelude::*;

const CORPUS: [(&str, &str); 7] = [
    ("aws_admin", include_str!("corpus/aws_admin.json")),
    ("aws_thing", include_str!("corpus/aws_thing.json")),
    ("device", include_str!("corpus/device.json")),
    ("escapes", include_str!("corpus/escapes.json")),
    ("refused_range", include_str!("corpus/refused_range.json")),
    ("refused_twice", include_str!("corpus/refused_twice.json")),
    ("refused_unclosed", include_str!("corpus/refused_unclosed.json")),
];

/// Whatever the text, reading it and asking it ends without a panic, and what is refused can be
/// explained.
fn policy_document(text: &str) {
    let Ok(document) = Document::parse(text) else { return };
    let home = Home::default();
    let context = Context { client_id: Some("l*/+#${"), ..Context::default() };
    for (action, path) in [
        ("iot:Connect", "client/l*/+#${"),
        ("iot:Publish", "topic/things/é/x"),
        ("iot:Subscribe", "topicfilter/#"),
        ("", ""),
    ] {
        let resource = Resource::iot(&home, path);
        let request = Request { action, resource, homes: ArnComparison::Exact };
        if evaluate([("p", &document)], &request, &context) == Decision::NoMatch {
            drop(nearest_miss([("p", &document)], &request, &context).map(|miss| miss.to_string()));
        }
    }
    drop(document.expansions(&context));
}

#[test]
fn the_corpus_is_read_or_refused_as_its_names_say() {
    for (name, text) in CORPUS {
        policy_document(text);
        assert_eq!(Document::parse(text).is_err(), name.starts_with("refused"), "{name}");
    }
}

proptest! {
    #[test]
    fn changed_documents_do_no_harm(
        which in 0..CORPUS.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<char>()), 1..6),
    ) {
        let mut text: Vec<char> = CORPUS[which].1.chars().collect();
        for (place, character) in changes {
            let place = place.index(text.len());
            text[place] = character;
        }
        policy_document(&text.into_iter().collect::<String>());
    }
}
