use super::*;
use crate::{BlockId, Condition, List, Map, Mapping, Parameter, Reference, Span};
use proptest::prelude::*;
use std::sync::Arc;

/// An expression over parameters and conditions, by index.
#[derive(Clone, Debug)]
enum Expression {
    Equals(Operand, Operand),
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Condition(usize),
}

#[derive(Clone, Debug)]
enum Operand {
    Text(&'static str),
    Parameter(usize),
    /// `Fn::FindInMap` of the one mapping there is, by a parameter.
    InMap(usize),
    /// `Fn::Sub` of two parameters.
    Both(usize, usize),
}

const VALUES: [&str; 3] = ["a", "b", "c"];
/// The mapping from the value of a parameter.
const ROWS: [(&str, &str); 3] = [("a", "b"), ("b", "b"), ("c", "a")];

fn span() -> Span {
    Span::new(BlockId::fresh(), text::range(0, 0))
}

fn name(text: &str) -> Name {
    Name::new(text, span())
}

fn text(text: &str) -> Node {
    Node::text(text, span())
}

fn call(call: Call) -> Node {
    Node { value: Value::Call(Box::new(call)), span: span() }
}

fn list(items: Vec<Node>) -> Node {
    Node { value: Value::List(List { items, open: false }), span: span() }
}

fn map(entries: Vec<(&str, Node)>) -> Node {
    let entries = entries.into_iter().map(|(key, node)| (name(key), node)).collect();
    Node { value: Value::Map(Map { entries, open: false }), span: span() }
}

fn function(function: &str, argument: Node) -> Node {
    call(Call::Other { function: name(function), argument })
}

fn equals(left: Node, right: Node) -> Node {
    function("Fn::Equals", list(vec![left, right]))
}

fn condition(at: usize) -> Node {
    function("Condition", text(&format!("C{at}")))
}

fn parameter(at: usize) -> Node {
    call(Call::Ref(name(&format!("P{at}"))))
}

impl Operand {
    fn node(&self) -> Node {
        match self {
            Operand::Text(it) => text(it),
            Operand::Parameter(at) => parameter(*at),
            Operand::InMap(at) => {
                let (map, first, second) = (text("M"), parameter(*at), text("Key"));
                call(Call::FindInMap { map, first, second, default: None })
            }
            Operand::Both(a, b) => {
                let parts = vec![
                    crate::Part::Value(parameter(*a)),
                    crate::Part::Text(name("-")),
                    crate::Part::Value(parameter(*b)),
                ];
                call(Call::Sub(parts))
            }
        }
    }

    /// Its value; `None` where the mapping has no such key.
    fn value(&self, values: &[&str]) -> Option<String> {
        Some(match self {
            Operand::Text(it) => (*it).to_owned(),
            Operand::Parameter(at) => values[*at].to_owned(),
            Operand::InMap(at) => ROWS.iter().find(|it| it.0 == values[*at])?.1.to_owned(),
            Operand::Both(a, b) => format!("{}-{}", values[*a], values[*b]),
        })
    }
}

impl Expression {
    fn node(&self) -> Node {
        let all = |items: &[Expression]| list(items.iter().map(Expression::node).collect());
        match self {
            Expression::Equals(left, right) => equals(left.node(), right.node()),
            Expression::Not(it) => function("Fn::Not", list(vec![it.node()])),
            Expression::And(items) => function("Fn::And", all(items)),
            Expression::Or(items) => function("Fn::Or", all(items)),
            Expression::Condition(at) => condition(*at),
        }
    }

    fn truth(&self, values: &[&str], conditions: &[Expression]) -> bool {
        match self {
            Expression::Equals(left, right) => left.value(values).is_some_and(|it| Some(it) == right.value(values)),
            Expression::Not(it) => !it.truth(values, conditions),
            Expression::And(items) => items.iter().all(|it| it.truth(values, conditions)),
            Expression::Or(items) => items.iter().any(|it| it.truth(values, conditions)),
            Expression::Condition(at) => conditions[*at].truth(values, conditions),
        }
    }
}

fn declarations(domains: &[Vec<&str>], conditions: Vec<Node>) -> Declarations {
    let mut out = Declarations::default();
    for (i, domain) in domains.iter().enumerate() {
        let values: Vec<Node> = domain.iter().map(|it| text(it)).collect();
        out.parameters.push(Arc::new(Parameter {
            name: name(&format!("P{i}")),
            ty: "String".into(),
            default: None,
            allowed_values: (!values.is_empty()).then_some(values),
            node: map(vec![]),
        }));
    }
    let rows = ROWS.iter().map(|(key, value)| (*key, map(vec![("Key", text(value))]))).collect();
    out.mappings.push(Arc::new(Mapping { name: name("M"), node: map(rows) }));
    for (i, node) in conditions.into_iter().enumerate() {
        let mut references = Vec::new();
        node.walk(&mut |it| {
            if let Value::Call(call) = &it.value
                && let Call::Other { function, argument } = &**call
                && function.text == "Condition"
            {
                let target = name(argument.as_str().unwrap_or_default());
                references.push(Reference { kind: ReferenceKind::Condition, target, attribute: None });
            }
        });
        out.conditions.push(Arc::new(Condition { name: name(&format!("C{i}")), node, references }));
    }
    out
}

/// Whether `wanted` can hold, and the steps that it takes to see.
fn ask(declarations: &Declarations, wanted: &[(usize, bool)]) -> (Answer, u32) {
    let names: Vec<_> = wanted.iter().map(|(at, holds)| (name(&format!("C{at}")), *holds)).collect();
    let assumptions: Vec<_> = names.iter().map(|(name, holds)| Assumption::Condition(name, *holds)).collect();
    let logic = declarations.logic();
    logic.circuit.search(&logic.formulas(&assumptions), MAX_STEPS)
}

fn domains() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    let domain = prop_oneof![
        Just(vec![]),
        Just(vec!["a"]),
        Just(vec!["a", "b"]),
        Just(vec!["b", "c"]),
        Just(vec!["a", "b", "c"]),
        Just(vec!["a", "d"])
    ];
    proptest::collection::vec(domain, 3)
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        3 => (0..VALUES.len()).prop_map(|it| Operand::Text(VALUES[it])),
        4 => (0..3usize).prop_map(Operand::Parameter),
        1 => (0..3usize).prop_map(Operand::InMap),
        1 => (0..3usize, 0..3usize).prop_map(|(a, b)| Operand::Both(a, b)),
    ]
}

/// An expression over conditions before the one at `at`.
fn expression(at: usize) -> impl Strategy<Value = Expression> {
    let equals = (operand(), operand()).prop_map(|(a, b)| Expression::Equals(a, b));
    let leaf = match at {
        0 => equals.boxed(),
        _ => prop_oneof![equals, (0..at).prop_map(Expression::Condition)].boxed(),
    };
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| Expression::Not(Box::new(it))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expression::And),
            proptest::collection::vec(inner, 2..4).prop_map(Expression::Or),
        ]
    })
}

/// True when what it compares can be told exactly: two parameters of which one has allowed values, for instance.
fn is_exact(expression: &Expression, domains: &[Vec<&str>]) -> bool {
    let is_open = |it: &usize| domains[*it].is_empty();
    match expression {
        Expression::Equals(Operand::Parameter(a), Operand::Parameter(b)) => a == b || !is_open(a) || !is_open(b),
        Expression::Equals(Operand::Both(a, b), other) | Expression::Equals(other, Operand::Both(a, b)) => {
            // Those who try do not try `a-b` for a parameter that may have any value.
            let is_tried = !matches!(other, Operand::Parameter(it) if is_open(it));
            is_tried && !is_open(a) && !is_open(b)
        }
        Expression::Equals(..) | Expression::Condition(_) => true,
        Expression::Not(it) => is_exact(it, domains),
        Expression::And(items) | Expression::Or(items) => items.iter().all(|it| is_exact(it, domains)),
    }
}

/// True when trying all values tries all that matters: nobody tries `a-b` for a parameter that may have any value.
fn is_tried(expression: &Expression, domains: &[Vec<&str>]) -> bool {
    match expression {
        Expression::Equals(Operand::Both(..), Operand::Parameter(it))
        | Expression::Equals(Operand::Parameter(it), Operand::Both(..)) => !domains[*it].is_empty(),
        Expression::Equals(..) | Expression::Condition(_) => true,
        Expression::Not(it) => is_tried(it, domains),
        Expression::And(items) | Expression::Or(items) => items.iter().all(|it| is_tried(it, domains)),
    }
}

/// Whether some values of the parameters give the conditions the truth that is wanted, by trying all of them.
fn try_all(domains: &[Vec<&'static str>], conditions: &[Expression], wanted: &[(usize, bool)]) -> bool {
    let values = |at: usize| match &domains[at][..] {
        // Any other values do as well as these: no condition compares with them, and they differ from each other.
        [] => [&VALUES[..], &["d", "x", "y", "z"]].concat(),
        domain => domain.to_vec(),
    };
    let (first, second, third) = (values(0), values(1), values(2));
    first.iter().any(|a| {
        second.iter().any(|b| {
            third.iter().any(|c| {
                let values = [*a, *b, *c];
                wanted.iter().all(|(at, holds)| conditions[*at].truth(&values, conditions) == *holds)
            })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// What is found by reasoning is what is found by trying; and where it may not be, it errs to "possible".
    #[test]
    fn agrees_with_trying_everything(
        domains in domains(),
        conditions in (expression(0), expression(1), expression(2), expression(3), expression(4)),
        wanted in proptest::collection::vec((0..5usize, any::<bool>()), 1..5),
    ) {
        let conditions = [conditions.0, conditions.1, conditions.2, conditions.3, conditions.4];
        let declarations = declarations(&domains, conditions.iter().map(Expression::node).collect());
        let truth = try_all(&domains, &conditions, &wanted);
        let (answer, _) = ask(&declarations, &wanted);
        prop_assert_ne!(answer, Answer::Undecided);
        if conditions.iter().all(|it| is_exact(it, &domains)) {
            prop_assert_eq!(answer == Answer::Possible, truth);
        } else if truth {
            prop_assert_eq!(answer, Answer::Possible);
        }
        let names: Vec<Name> = wanted.iter().map(|(at, _)| name(&format!("C{at}"))).collect();
        let assumed: Vec<_> = names.iter().zip(&wanted).map(|(it, (_, holds))| Assumption::Condition(it, *holds)).collect();
        if declarations.surely_can_hold(&assumed) && conditions.iter().all(|it| is_tried(it, &domains)) {
            prop_assert!(truth, "it certainly can hold");
        }
    }
}

/// Each condition needs the one before it and names it twice, which is exponential for whoever writes it out.
#[test]
fn chains_take_few_steps() {
    let conditions = (0..41).map(|at| match at {
        0 => equals(parameter(0), text("a")),
        _ => {
            let own = equals(parameter(at), text("a"));
            let twice = function(
                "Fn::Or",
                list(vec![condition(at - 1), function("Fn::And", list(vec![condition(at - 1), own.clone()]))]),
            );
            function("Fn::And", list(vec![twice, function("Fn::Or", list(vec![own, condition(at - 1)]))]))
        }
    });
    let declarations = declarations(&vec![vec![]; 41], conditions.collect());
    assert_eq!(ask(&declarations, &[(40, true), (0, true)]).0, Answer::Possible);
    let (answer, steps) = ask(&declarations, &[(40, true), (0, false)]);
    assert_eq!(answer, Answer::Impossible);
    assert!(steps < 2_000, "{steps} steps");
}

/// All combinations of 26 parameters count, 67 million of them.
#[test]
fn combinations_take_few_steps() {
    let count = 26;
    let mut conditions: Vec<Node> = (0..count).map(|at| equals(parameter(at), text("a"))).collect();
    let some: Vec<Node> = (0..count).map(condition).collect();
    let none: Vec<Node> = (0..count).map(|at| function("Fn::Not", list(vec![condition(at)]))).collect();
    // At least one of each neighbours, and some at all.
    let pairs = (1..count).map(|at| function("Fn::Or", list(vec![condition(at - 1), condition(at)]))).collect();
    conditions.push(function("Fn::Or", list(some)));
    conditions.push(function("Fn::And", list(none)));
    conditions.push(function("Fn::And", list(pairs)));
    let declarations = declarations(&vec![vec!["a", "b"]; count], conditions);
    for (wanted, expected) in [
        (&[(26, true), (27, true)][..], Answer::Impossible),
        (&[(26, false), (27, false)], Answer::Impossible),
        (&[(28, true), (27, true)], Answer::Impossible),
        (&[(28, true), (0, false), (1, false)], Answer::Impossible),
        (&[(28, true), (26, true), (27, false)], Answer::Possible),
    ] {
        let (answer, steps) = ask(&declarations, wanted);
        assert_eq!(answer, expected, "{wanted:?}");
        assert!(steps < 5_000, "{steps} steps for {wanted:?}");
    }
}

/// Ten pigeons do not fit nine holes, and no reasoning of this kind shows that shortly. Then nothing is said.
#[test]
fn gives_up_in_time() {
    let holes = 9;
    let pigeons = holes + 1;
    let at = |pigeon: usize, hole: usize| equals(parameter(pigeon * holes + hole), text("a"));
    let mut clauses: Vec<Node> = (0..pigeons)
        .map(|pigeon| function("Fn::Or", list((0..holes).map(|hole| at(pigeon, hole)).collect())))
        .collect();
    for hole in 0..holes {
        for a in 0..pigeons {
            for b in 0..a {
                let both = function("Fn::And", list(vec![at(a, hole), at(b, hole)]));
                clauses.push(function("Fn::Not", list(vec![both])));
            }
        }
    }
    let declarations = declarations(&vec![vec![]; holes * pigeons], vec![function("Fn::And", list(clauses))]);
    let (answer, steps) = ask(&declarations, &[(0, true)]);
    assert_eq!(answer, Answer::Undecided);
    assert!(steps <= MAX_STEPS + 1_000);
    let name = name("C0");
    assert!(declarations.can_hold(&[Assumption::Condition(&name, true)]), "what cannot be told may be");
}

#[test]
fn circles_may_have_any_truth() {
    let not = |at| function("Fn::Not", list(vec![condition(at)]));
    let declarations = declarations(&[], vec![not(1), not(0), condition(2), condition(0)]);
    for at in 0..4 {
        assert_eq!(ask(&declarations, &[(at, true)]).0, Answer::Possible);
        assert_eq!(ask(&declarations, &[(at, false)]).0, Answer::Possible);
    }
    assert_eq!(ask(&declarations, &[(3, true), (0, false)]).0, Answer::Impossible);
}

#[test]
fn values_of_parameters_are_assumptions_too() {
    let is = |value| equals(parameter(0), text(value));
    let declarations = declarations(&[vec!["a", "b", "c"]], vec![is("a"), is("z")]);
    let (parameter, a, never) = (&declarations.parameters[0], name("C0"), name("C1"));
    let [first, second, third] = ["a", "b", "c"].map(text);
    let has = |value| Assumption::Value(parameter, value);
    assert!(declarations.can_hold(&[has(&first), Assumption::Condition(&a, true)]));
    assert!(!declarations.can_hold(&[has(&second), Assumption::Condition(&a, true)]));
    assert!(declarations.implies(&[has(&third)], &a, false));
    assert!(declarations.implies(&[], &never, false));
}
