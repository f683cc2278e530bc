//! Compiled documents, shared by all connections that have the same policy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::PolicyName;
use policy::{Document, PolicyError};

/// A compiled document takes a few kilobytes. Installations have tens of policies; one that has a
/// policy for each of its devices compiles them as they connect.
const DOCUMENTS_MAX: usize = 1024;

#[derive(Debug, Default)]
pub(crate) struct Documents(Mutex<HashMap<PolicyName, Compiled>>);

#[derive(Debug)]
struct Compiled {
    text: String,
    document: Arc<Document>,
}

impl Documents {
    /// The document of a policy, compiled now unless this very text was compiled before.
    pub(crate) fn get(&self, name: &PolicyName, text: &str) -> Result<Arc<Document>, PolicyError> {
        let mut documents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = documents.get(name)
            && compiled.text == text
        {
            return Ok(Arc::clone(&compiled.document));
        }
        let document = Arc::new(Document::parse(text)?);
        if documents.len() >= DOCUMENTS_MAX {
            documents.clear();
        }
        let compiled = Compiled { text: text.to_owned(), document: Arc::clone(&document) };
        documents.insert(name.clone(), compiled);
        Ok(document)
    }
}
