//! The classifier in use, which may be replaced while the worker runs; a batch is classified by one alone.

use std::sync::{Arc, RwLock};

use super::batch::Classifier;

/// A place for a classifier, shared by the worker, which takes it for each batch, and by who replaces it.
#[derive(Clone)]
pub struct CurrentClassifier(Arc<RwLock<Classifier>>);

impl CurrentClassifier {
    /// The one to take for the next batch.
    ///
    /// # Panics
    /// Never: no holder of the lock panics.
    pub fn get(&self) -> Classifier {
        Arc::clone(&self.0.read().expect("no holder of this lock panics"))
    }

    /// Takes `classifier` for all batches to come.
    ///
    /// # Panics
    /// Never: no holder of the lock panics.
    pub fn replace(&self, classifier: Classifier) {
        *self.0.write().expect("no holder of this lock panics") = classifier;
    }
}

impl From<Classifier> for CurrentClassifier {
    fn from(classifier: Classifier) -> Self {
        Self(Arc::new(RwLock::new(classifier)))
    }
}
