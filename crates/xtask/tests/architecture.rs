//! The table in ARCHITECTURE.md is true: every crate stands on its floor, and arrows go down only.

use std::collections::HashMap;
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Crates on one floor that must not know each other, whatever their order.
const STRANGERS: [(&str, &str); 1] = [("broker", "fleet")];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// `None` is the yard.
    floor: Option<u32>,
    row: usize,
}

/// The table: crate by name, its floor and row.
fn places(text: &str) -> HashMap<String, Place> {
    let cells = |line: &str| -> Vec<String> {
        line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    text.lines()
        .filter(|line| line.starts_with('|'))
        .map(cells)
        .skip_while(|cells| cells[1] != "floor")
        .skip(2)
        .enumerate()
        .map(|(row, cells)| (cells[2].clone(), Place { floor: cells[1].parse().ok(), row }))
        .collect()
}

fn may_use(user: Place, used: Place) -> bool {
    match (user.floor, used.floor) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(above), Some(below)) => below < above || (below == above && used.row < user.row),
    }
}

/// The name that a crate has in the table.
fn short(package: &str) -> &str {
    package.strip_prefix("thingstead-").unwrap_or(package)
}

fn arrows(package: &Package) -> impl Iterator<Item = &str> {
    let is_ours = |name: &str| name.starts_with("thingstead");
    package
        .dependencies
        .iter()
        .filter(move |used| used.kind == DependencyKind::Normal && is_ours(&used.name))
        .map(|used| short(&used.name))
}

/// The table, and our packages.
fn table_and_packages() -> (HashMap<String, Place>, Vec<Package>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the root");
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("readable");
    let manifest = root.join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    (places(&text), metadata.expect("cargo metadata").packages)
}

#[test]
fn arrows_go_down_only() {
    let (places, packages) = table_and_packages();
    let mut wrong = Vec::new();
    for package in &packages {
        let user = short(&package.name);
        let Some(&place) = places.get(user) else {
            wrong.push(format!("{user} is not in the table"));
            continue;
        };
        for used in arrows(package) {
            let strangers = STRANGERS.contains(&(user, used)) || STRANGERS.contains(&(used, user));
            let is_down = places.get(used).is_some_and(|&below| may_use(place, below));
            if strangers || !is_down {
                wrong.push(format!("{user} may not use {used}"));
            }
        }
    }
    let known: Vec<&str> = packages.iter().map(|package| short(&package.name)).collect();
    wrong.extend(
        places
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
            .map(|name| format!("{name} is gone")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The machines are pure: nothing that they link does I/O of its own.
#[test]
fn the_lower_floors_have_no_runtime() {
    const BANNED: [&str; 5] = ["tokio", "hyper", "rustls", "fjall", "getrandom"];
    let (places, packages) = table_and_packages();
    for package in &packages {
        let is_low = places
            .get(short(&package.name))
            .is_some_and(|place| place.floor < Some(2) && place.floor.is_some());
        let banned = package.dependencies.iter().find(|used| {
            is_low && used.kind == DependencyKind::Normal && BANNED.contains(&used.name.as_str())
        });
        assert!(banned.is_none(), "{} uses {banned:?}", package.name);
    }
}

/// Applications stand before the doors, like everybody's.
#[test]
fn applications_use_public_doors_only() {
    let (places, packages) = table_and_packages();
    let is_application = |package: &&Package| {
        package.manifest_path.components().any(|part| part.as_str() == "applications")
    };
    let applications: Vec<&Package> = packages.iter().filter(is_application).collect();
    assert!(!applications.is_empty());
    let names: Vec<&str> = applications.iter().map(|package| short(&package.name)).collect();
    for package in applications {
        let private = arrows(package).find(|used| {
            let is_low =
                places.get(*used).is_some_and(|place| place.floor.is_some_and(|it| it < 2));
            !is_low && !names.contains(used)
        });
        assert!(private.is_none(), "{} uses {private:?}", package.name);
    }
}
