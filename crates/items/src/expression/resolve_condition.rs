//! From the syntax of a condition to the condition.

use super::IN_OPERANDS_MAX;
use super::fault::Fault;
use super::resolve::{Gravity, Resolver};
use super::syntax::{Call, Syntax};
use crate::condition::{Comparator, Node, Operand, order};
use crate::value::{Kind, Value};

const PARENTHESES: Gravity = (0, 0, 0);
const UNKNOWN: Gravity = (1, 0, 0);
const MISUSED: Gravity = (2, 0, 0);
const RESERVED: Gravity = (3, 0, 0);
/// The gravest of the first comparison that has a fault.
const COMPARISON: u8 = 4;
const UNDEFINED: u8 = 0;
const COUNT: u8 = 1;
const DISTINCT: u8 = 2;
const TYPE: u8 = 3;

/// Every type, in the order in which the service lists them where none is known.
const ANY_KIND: &str = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";

/// The functions, and how many operands each has.
const FUNCTIONS: [(&str, usize); 6] = [
    ("attribute_exists", 1),
    ("attribute_not_exists", 1),
    ("attribute_type", 2),
    ("begins_with", 2),
    ("contains", 2),
    ("size", 1),
];

pub(super) fn resolve(resolver: Resolver<'_>, syntax: Syntax) -> Result<Node, Fault> {
    let mut resolving = Resolving { resolver, comparison: 0 };
    let node = resolving.node(syntax);
    resolving.resolver.finish(node)
}

struct Resolving<'a> {
    resolver: Resolver<'a>,
    /// Which of the comparisons is looked at.
    comparison: usize,
}

impl Resolving<'_> {
    fn node(&mut self, syntax: Syntax) -> Node {
        match syntax {
            Syntax::And(nodes) => Node::And(self.nodes(nodes)),
            Syntax::Or(nodes) => Node::Or(self.nodes(nodes)),
            Syntax::Not(node) => Node::Not(Box::new(self.node(*node))),
            Syntax::Redundant(node) => {
                self.resolver.note(PARENTHESES, Fault::Parentheses);
                self.node(*node)
            }
            Syntax::Compare(comparator, operands) => self.compare(comparator, *operands),
            Syntax::Between(operands) => self.between(*operands),
            Syntax::In(operands) => self.among(operands),
            Syntax::Call(call) => self.call(call),
            Syntax::Path(_) | Syntax::Value(_) => unreachable!("the parser lets none through"),
        }
    }

    fn nodes(&mut self, nodes: Vec<Syntax>) -> Vec<Node> {
        nodes.into_iter().map(|node| self.node(node)).collect()
    }

    fn note(&mut self, minor: u8, fault: Fault) {
        self.resolver.note((COMPARISON, self.comparison, minor), fault);
    }

    fn compare(&mut self, comparator: Comparator, [a, b]: [Syntax; 2]) -> Node {
        self.comparison += 1;
        let (a, b) = (self.operand(a), self.operand(b));
        self.distinct(comparator.as_str(), &a, &b);
        if comparator.is_order() {
            self.scalar(comparator.as_str(), [&a, &b]);
        }
        Node::Compare(comparator, a, b)
    }

    fn between(&mut self, [it, low, high]: [Syntax; 3]) -> Node {
        self.comparison += 1;
        let (it, low, high) = (self.operand(it), self.operand(low), self.operand(high));
        self.scalar("BETWEEN", [&it, &low, &high]);
        if let (Operand::Value(low), Operand::Value(high)) = (&low, &high) {
            let order = order(low, high);
            let is_same_kind = low.kind() == high.kind();
            let (low, high) = (shown(low), shown(high));
            if !is_same_kind {
                self.note(TYPE, Fault::BetweenTypes { low, high });
            } else if order.is_some_and(std::cmp::Ordering::is_gt) {
                self.note(TYPE, Fault::BetweenOrder { low, high });
            }
        }
        Node::Between(it, [low, high])
    }

    fn among(&mut self, operands: Vec<Syntax>) -> Node {
        self.comparison += 1;
        let count = operands.len() - 1;
        if count > IN_OPERANDS_MAX {
            self.note(COUNT, Fault::TooManyOperands { count });
        }
        let mut operands = operands.into_iter().map(|it| self.operand(it)).collect::<Vec<_>>();
        let it = operands.remove(0);
        Node::In(it, operands)
    }

    /// An operand of a comparison: the only function that may stand there is `size`.
    fn operand(&mut self, syntax: Syntax) -> Operand {
        match syntax {
            Syntax::Path(parts) => {
                let undefined = (COMPARISON, self.comparison, UNDEFINED);
                Operand::Path(self.resolver.path(&parts, RESERVED, undefined))
            }
            Syntax::Value(key) => {
                let undefined = (COMPARISON, self.comparison, UNDEFINED);
                Operand::Value(self.resolver.value(&key, undefined))
            }
            Syntax::Redundant(inner) => {
                self.resolver.note(PARENTHESES, Fault::Parentheses);
                self.operand(*inner)
            }
            Syntax::Call(call) if call.name == "size" => self.size(call),
            Syntax::Call(Call { name, arguments }) => {
                let is_known = FUNCTIONS.iter().any(|(known, _)| *known == name);
                let (gravity, fault) = match is_known {
                    true => (MISUSED, Fault::Misused { name }),
                    false => (UNKNOWN, Fault::UnknownFunction { name }),
                };
                self.resolver.note(gravity, fault);
                arguments.into_iter().for_each(|argument| drop(self.operand(argument)));
                NOBODY_SEES
            }
            _ => unreachable!("the parser lets none through"),
        }
    }

    fn size(&mut self, call: Call) -> Operand {
        let name = call.name.clone();
        let Some([of]) = self.operands::<1>(call) else { return NOBODY_SEES };
        if let Some(kind @ (Kind::N | Kind::Bool | Kind::Null)) = of.kind() {
            self.note(TYPE, Fault::FunctionOperand { name, kind: kind.as_str().to_owned() });
        }
        Operand::Size(Box::new(of))
    }

    /// A function that is true or false.
    fn call(&mut self, call: Call) -> Node {
        self.comparison += 1;
        let name = call.name.clone();
        match name.as_str() {
            "attribute_exists" => self.exists(call),
            "attribute_not_exists" => Node::Not(Box::new(self.exists(call))),
            "attribute_type" => self.attribute_type(call),
            "begins_with" | "contains" => self.of_two(call),
            "size" => {
                self.operands::<1>(call);
                self.resolver.note(MISUSED, Fault::Misused { name });
                NOBODY_SEES_EITHER
            }
            _ => {
                self.resolver.note(UNKNOWN, Fault::UnknownFunction { name });
                call.arguments.into_iter().for_each(|argument| drop(self.operand(argument)));
                NOBODY_SEES_EITHER
            }
        }
    }

    fn exists(&mut self, call: Call) -> Node {
        let name = call.name.clone();
        match self.operands::<1>(call) {
            Some([Operand::Path(path)]) => Node::Exists(path),
            Some(_) => {
                self.note(TYPE, Fault::PathRequired { name });
                NOBODY_SEES_EITHER
            }
            None => NOBODY_SEES_EITHER,
        }
    }

    fn attribute_type(&mut self, call: Call) -> Node {
        let name = call.name.clone();
        let Some([of, kind]) = self.operands::<2>(call) else { return NOBODY_SEES_EITHER };
        self.distinct(&name, &of, &kind);
        let Operand::Value(Value::S(text)) = &kind else {
            let kind = kind.kind().map_or(ANY_KIND, Kind::as_str).to_owned();
            self.note(TYPE, Fault::FunctionOperand { name, kind });
            return NOBODY_SEES_EITHER;
        };
        match Kind::parse(text) {
            Some(kind) => Node::Type(of, kind),
            None => {
                self.note(TYPE, Fault::TypeName { name: text.clone() });
                NOBODY_SEES_EITHER
            }
        }
    }

    fn of_two(&mut self, call: Call) -> Node {
        let name = call.name.clone();
        let Some([it, with]) = self.operands::<2>(call) else { return NOBODY_SEES_EITHER };
        self.distinct(&name, &it, &with);
        if name == "contains" {
            return Node::Contains(it, with);
        }
        for kind in [it.kind(), with.kind()].into_iter().flatten() {
            if !matches!(kind, Kind::S | Kind::B) {
                let (name, kind) = (name.clone(), kind.as_str().to_owned());
                self.note(TYPE, Fault::FunctionOperand { name, kind });
            }
        }
        Node::BeginsWith(it, with)
    }

    fn operands<const COUNT_WANTED: usize>(
        &mut self,
        call: Call,
    ) -> Option<[Operand; COUNT_WANTED]> {
        let Call { name, arguments } = call;
        let count = arguments.len();
        let operands: Vec<Operand> = arguments.into_iter().map(|it| self.operand(it)).collect();
        let operands = operands.try_into().ok();
        if operands.is_none() {
            self.note(COUNT, Fault::OperandCount { name, count });
        }
        operands
    }

    fn distinct(&mut self, name: &str, a: &Operand, b: &Operand) {
        if let (Operand::Path(a), Operand::Path(b)) = (a, b)
            && a == b
        {
            self.note(DISTINCT, Fault::NotDistinct { name: name.to_owned(), path: a.clone() });
        }
    }

    fn scalar<'o>(&mut self, name: &str, operands: impl IntoIterator<Item = &'o Operand>) {
        for kind in operands.into_iter().filter_map(Operand::kind) {
            // What is not defined is a fault already.
            if !kind.is_scalar() {
                let (name, kind) = (name.to_owned(), kind.as_str().to_owned());
                self.note(TYPE, Fault::OperatorOperand { name, kind });
            }
        }
    }
}

/// What stands where a fault was found: the whole is refused.
const NOBODY_SEES: Operand = Operand::Value(Value::Null);
const NOBODY_SEES_EITHER: Node = Node::Or(Vec::new());

/// A value as DynamoDB shows it in errors: `{S:text}`.
fn shown(value: &Value) -> String {
    let kind = value.kind().as_str();
    match value {
        Value::S(text) => format!("{{{kind}:{text}}}"),
        Value::N(number) => format!("{{{kind}:{number}}}"),
        other => {
            let json = serde_json::to_string(other).unwrap_or_default();
            json.replace('"', "")
        }
    }
}
