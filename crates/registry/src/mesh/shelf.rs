//! A map from sequence numbers that is cheap to copy on write: entries lie on shelves of 256 numbers, and a change
//! copies one shelf and the list of shelves.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many low bits of a number choose the place on a shelf.
const BITS: u32 = 8;

/// The map.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelves<V>(BTreeMap<u64, Arc<BTreeMap<u64, Arc<V>>>>);

impl<V> Default for Shelves<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V: Clone> Shelves<V> {
    /// The value at a number.
    pub fn get(&self, seq: u64) -> Option<&Arc<V>> {
        self.0.get(&(seq >> BITS))?.get(&seq)
    }

    /// Puts a value at a number.
    pub fn insert(&mut self, seq: u64, value: V) {
        self.put(seq, Arc::new(value));
    }

    /// Puts a value at a number that may be held elsewhere, too.
    pub fn put(&mut self, seq: u64, value: Arc<V>) {
        Arc::make_mut(self.0.entry(seq >> BITS).or_default()).insert(seq, value);
    }

    /// Changes the value at a number, if there is one.
    pub fn change(&mut self, seq: u64, change: impl FnOnce(&mut V)) -> bool {
        let Some(value) = self.0.get_mut(&(seq >> BITS)).and_then(|shelf| Arc::make_mut(shelf).get_mut(&seq)) else {
            return false;
        };
        change(Arc::make_mut(value));
        true
    }

    /// Every value, by number.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Arc<V>> {
        self.0.values().flat_map(|shelf| shelf.values())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.values().map(|shelf| shelf.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Serialize + Clone> Serialize for Shelves<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.values().flat_map(|shelf| shelf.iter()))
    }
}

impl<'de, V: Deserialize<'de> + Clone> Deserialize<'de> for Shelves<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let flat = BTreeMap::<u64, V>::deserialize(deserializer)?;
        let mut shelves = Self::default();
        for (seq, value) in flat {
            shelves.insert(seq, value);
        }
        Ok(shelves)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_shares_every_other_shelf() {
        let mut shelves = Shelves::default();
        for seq in 0..2_000 {
            shelves.insert(seq, seq);
        }
        let before = shelves.clone();
        assert!(shelves.change(700, |value| *value = 1));
        assert!(!shelves.change(5_000, |_| ()));
        assert_eq!((**before.get(700).unwrap(), **shelves.get(700).unwrap()), (700, 1));
        let shared = before.0.iter().filter(|(key, shelf)| Arc::ptr_eq(shelf, &shelves.0[key])).count();
        assert_eq!(shared, before.0.len() - 1);
        assert_eq!(shelves.len(), 2_000);
        let text = serde_json::to_string(&shelves).unwrap();
        assert_eq!(serde_json::from_str::<Shelves<u64>>(&text).unwrap(), shelves);
    }
}
