//! The subscription tree: from a topic to all that subscribed to it, in one walk over its levels.

use std::hash::Hash;

use hashbrown::{Equivalent, HashMap};

/// Maps topic filters to subscribers; finds by topic.
///
/// A subscriber `K` stands at most once under the same filter. Filters come in without their
/// `$share/NAME/` prefix.
#[derive(Debug)]
pub struct Tree<K, V> {
    root: Node<K, V>,
    count: usize,
    /// Whether `a/#` matches `a`, as MQTT says [MQTT-4.7.1-2] and AWS IoT does not.
    multi_level_matches_parent: bool,
}

#[derive(Debug)]
struct Node<K, V> {
    children: HashMap<Box<str>, Node<K, V>>,
    /// The child `+`.
    single: Option<Box<Node<K, V>>>,
    /// Subscribers whose filter ends here.
    here: HashMap<K, V>,
    /// Subscribers whose filter goes on with `#` from here.
    multi: HashMap<K, V>,
}

impl<K, V> Default for Node<K, V> {
    fn default() -> Self {
        Node { children: HashMap::new(), single: None, here: HashMap::new(), multi: HashMap::new() }
    }
}

impl<K, V> Node<K, V> {
    fn is_empty(&self) -> bool {
        self.children.is_empty()
            && self.single.is_none()
            && self.here.is_empty()
            && self.multi.is_empty()
    }
}

impl<K: Eq + Hash, V> Tree<K, V> {
    pub fn new(multi_level_matches_parent: bool) -> Tree<K, V> {
        Tree { root: Node::default(), count: 0, multi_level_matches_parent }
    }

    /// How many subscriptions the tree holds.
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Puts a subscription in; gives back the one that it replaces.
    pub fn insert(&mut self, filter: &str, key: K, value: V) -> Option<V> {
        let old = self.place(filter).insert(key, value);
        self.count += usize::from(old.is_none());
        old
    }

    /// The subscription of `key` under `filter`, made by `make` if there is none.
    pub fn entry(&mut self, filter: &str, key: K, make: impl FnOnce() -> V) -> &mut V {
        let known = self.get_mut(filter, &key).is_some();
        self.count += usize::from(!known);
        self.place(filter).entry(key).or_insert_with(make)
    }

    pub fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(
        &mut self,
        filter: &str,
        key: &Q,
    ) -> Option<&mut V> {
        let mut node = &mut self.root;
        for level in filter.split('/') {
            match level {
                "#" => return node.multi.get_mut(key),
                "+" => node = node.single.as_mut()?,
                name => node = node.children.get_mut(name)?,
            }
        }
        node.here.get_mut(key)
    }

    /// Takes a subscription out, and the branches that it leaves empty.
    pub fn remove<Q: Hash + Equivalent<K> + ?Sized>(&mut self, filter: &str, key: &Q) -> Option<V> {
        let removed = remove_below(&mut self.root, filter.split('/'), key);
        self.count -= usize::from(removed.is_some());
        removed
    }

    /// Calls `found` for each subscription whose filter matches `topic`. A subscriber with several
    /// matching filters is found several times.
    pub fn each_match<'t>(&'t self, topic: &str, mut found: impl FnMut(&'t K, &'t V)) {
        // Wildcards at the front do not match topics that begin with `$` [MQTT-4.7.2-1].
        let reserved = topic.starts_with('$');
        let mut walk = Walk { tree: self, found: &mut found };
        walk.node(&self.root, topic.split('/'), reserved);
    }

    fn place(&mut self, filter: &str) -> &mut HashMap<K, V> {
        let mut node = &mut self.root;
        for level in filter.split('/') {
            match level {
                "#" => return &mut node.multi,
                "+" => node = node.single.get_or_insert_default(),
                name => node = node.children.entry(Box::from(name)).or_default(),
            }
        }
        &mut node.here
    }
}

struct Walk<'t, 'f, K, V, F: FnMut(&'t K, &'t V)> {
    tree: &'t Tree<K, V>,
    found: &'f mut F,
}

impl<'t, K: Eq + Hash, V, F: FnMut(&'t K, &'t V)> Walk<'t, '_, K, V, F> {
    fn node(
        &mut self,
        node: &'t Node<K, V>,
        mut levels: std::str::Split<'_, char>,
        no_wildcard: bool,
    ) {
        let Some(level) = levels.next() else {
            self.report(&node.here);
            if self.tree.multi_level_matches_parent {
                self.report(&node.multi);
            }
            return;
        };
        if !no_wildcard {
            self.report(&node.multi);
            if let Some(single) = &node.single {
                self.node(single, levels.clone(), false);
            }
        }
        if let Some(child) = node.children.get(level) {
            self.node(child, levels, false);
        }
    }

    fn report(&mut self, subscribers: &'t HashMap<K, V>) {
        for (key, value) in subscribers {
            (self.found)(key, value);
        }
    }
}

fn remove_below<K, V, Q>(
    node: &mut Node<K, V>,
    mut levels: std::str::Split<'_, char>,
    key: &Q,
) -> Option<V>
where
    K: Eq + Hash,
    Q: Hash + Equivalent<K> + ?Sized,
{
    match levels.next() {
        None => node.here.remove(key),
        Some("#") => node.multi.remove(key),
        Some("+") => {
            let single = node.single.as_mut()?;
            let removed = remove_below(single, levels, key);
            if single.is_empty() {
                node.single = None;
            }
            removed
        }
        Some(name) => {
            let child = node.children.get_mut(name)?;
            let removed = remove_below(child, levels, key);
            if child.is_empty() {
                node.children.remove(name);
            }
            removed
        }
    }
}

#[cfg(test)]
mod tests {
    use model::TopicFilter;
    use proptest::prelude::*;

    use super::*;

    fn matching(tree: &Tree<u32, ()>, topic: &str) -> Vec<u32> {
        let mut keys = Vec::new();
        tree.each_match(topic, |key, ()| keys.push(*key));
        keys.sort_unstable();
        keys
    }

    #[test]
    fn the_parent_of_a_multi_level_wildcard_is_a_matter_of_profile() {
        for (standard, expected) in [(true, vec![1]), (false, vec![])] {
            let mut tree = Tree::new(standard);
            tree.insert("sensor/#", 1, ());
            assert_eq!(matching(&tree, "sensor"), expected);
            assert_eq!(matching(&tree, "sensor/a"), [1]);
        }
    }

    #[test]
    fn removing_the_last_subscription_leaves_an_empty_tree() {
        let mut tree = Tree::new(true);
        for filter in ["a/+/b", "a/#", "+", "#", "a/x"] {
            tree.insert(filter, 7, ());
        }
        assert_eq!(tree.len(), 5);
        assert_eq!(tree.remove("a/+", &7), None);
        for filter in ["a/+/b", "a/#", "+", "#", "a/x"] {
            assert_eq!(tree.remove(filter, &7), Some(()));
        }
        assert!(tree.is_empty() && tree.root.is_empty());
    }

    fn filter() -> impl Strategy<Value = String> {
        let level = prop_oneof![Just(""), Just("a"), Just("b"), Just("$x"), Just("+")];
        (prop::collection::vec(level, 1..4), any::<bool>()).prop_filter_map(
            "an empty filter",
            |(mut levels, multi)| {
                if multi {
                    levels.push("#");
                }
                let text = levels.join("/");
                (!text.is_empty()).then_some(text)
            },
        )
    }

    proptest! {
        /// The tree and the definition of matching, written apart, agree.
        #[test]
        fn finds_exactly_the_filters_that_match(
            filters in prop::collection::vec(filter(), 0..12),
            topic in "(a|b|\\$x)?(/(a|b|\\$x)?){0,3}",
        ) {
            let mut tree = Tree::new(true);
            let mut expected = Vec::new();
            for (key, text) in (0..).zip(&filters) {
                tree.insert(text, key, ());
                if TopicFilter::new(text).expect("valid").matches(&topic) {
                    expected.push(key);
                }
            }
            prop_assert_eq!(matching(&tree, &topic), expected);
        }
    }
}
