//! Where constructs are in the tree of constructs, in the words of synthesis.

use crate::evaluate::Given;
use crate::lower::Lowering;
use crate::scope::ConstructNode;
use model::{Call, Node, Part, SmolStr, Value};

/// Constructs nested deeper than this have no path.
const MAX_DEPTH: usize = 32;

impl<'a> Lowering<'a> {
    /// The path of a construct from the app on: `Shop/Orders/Table`.
    pub(crate) fn path(&self, node: usize) -> Option<SmolStr> {
        self.path_until(node, |_| false)
    }

    /// The path of a construct from its stack on: `Orders/Table`.
    pub(crate) fn path_in_stack(&self, node: usize) -> Option<SmolStr> {
        self.path_until(node, |it| self.scopes.stacks.iter().any(|stack| stack.node == Some(it)))
    }

    fn path_until(&self, node: usize, is_root: impl Fn(usize) -> bool) -> Option<SmolStr> {
        let mut ids = Vec::new();
        let mut next = node;
        while ids.len() < MAX_DEPTH {
            let data = &self.scopes.nodes[next];
            if data.root || (next != node && is_root(next)) {
                ids.reverse();
                return (!ids.is_empty()).then(|| ids.join("/").into());
            }
            ids.push(self.id_at(data)?.replace('/', "--"));
            next = data.scope?;
        }
        None
    }

    /// The id of a construct, where it is known: as a text, or as one with the name of its stack in it.
    fn id_at(&self, data: &ConstructNode<'a>) -> Option<String> {
        let node = self.node(data.id?);
        if let Some(text) = node.as_str() {
            return Some(text.to_owned());
        }
        let Value::Call(call) = &node.value else { return None };
        let is_name = |it: &Call| matches!(it, Call::Ref(name) if name.text == "AWS::StackName");
        let name = || self.name_of_stack(data.stack);
        match &**call {
            it if is_name(it) => name(),
            Call::Sub(parts) => {
                let parts = parts.iter().map(|it| match it {
                    Part::Text(text) => Some(text.text.to_string()),
                    Part::Value(Node { value: Value::Call(call), .. }) if is_name(call) => name(),
                    Part::Value(_) | Part::Unused(..) => None,
                });
                parts.collect()
            }
            _ => None,
        }
    }

    /// What a stack is called that is right in the app and is given no other name than its id.
    fn name_of_stack(&self, stack: usize) -> Option<String> {
        let data = &self.scopes.nodes[self.scopes.stacks.get(stack)?.node?];
        let is_outermost = self.scopes.nodes[data.scope?].root;
        let id = self.node(data.id?).as_str().map(str::to_owned);
        match self.props(data.props).get("stackName") {
            Given::Absent => id.filter(|_| is_outermost),
            Given::Value(at) => self.node(at).as_str().map(str::to_owned),
            Given::Unknown => None,
        }
    }

    /// The path of a resource of the construct at `index`.
    pub(crate) fn path_of_resource(&self, index: usize, ty: &str, main: bool) -> Option<SmolStr> {
        let construct = &self.constructs[index];
        let path = construct.path.as_ref()?;
        let below = match (main, ty) {
            (true, _) if crate::constructs::is_l1(&construct.class) => return Some(path.clone()),
            (true, _) if construct.class.starts_with("aws-ecs-patterns.") => return None,
            (true, _) if construct.class == "aws-cloudfront.CloudFrontWebDistribution" => "CFDistribution",
            (true, "AWS::ECS::CapacityProvider") => &*construct.id.text,
            (true, _) => "Resource",
            (false, "AWS::S3::BucketPolicy") => "Policy/Resource",
            _ => return None,
        };
        Some(format!("{path}/{below}").into())
    }

    /// The path of the resource that has this path in the table of the class of the construct at `index`.
    pub(crate) fn path_in_table(&self, index: usize, path: &str) -> Option<SmolStr> {
        if path.contains(['*', '{', '@']) {
            return None;
        }
        let construct = &self.constructs[index];
        match path.strip_prefix('/') {
            Some(path) => {
                let stack = self.path(self.scopes.stacks[construct.place.stack].node?)?;
                Some(format!("{stack}/{path}").into())
            }
            None => Some(format!("{}/{path}", construct.path.as_ref()?).into()),
        }
    }

    /// Where the construct at `index` is among all constructs; of what a VPC makes of itself, where the VPC is.
    pub(crate) fn node_of_construct(&self, index: usize) -> Option<usize> {
        let mut index = index;
        for _ in 0..MAX_DEPTH {
            let construct = &self.constructs[index];
            let own = self.scopes.node_of(construct.place.at);
            let own = own.or_else(|| self.scopes.node_of(self.constructs[*self.vpcs.get(&index)?].place.at));
            match (own, construct.outer) {
                (None, Some(outer)) => index = outer,
                (own, _) => return own,
            }
        }
        None
    }

    /// False for a construct that is certainly not below the one at `node`.
    pub(crate) fn is_below(&self, index: usize, node: usize) -> bool {
        let Some(mut at) = self.node_of_construct(index) else { return true };
        for _ in 0..MAX_DEPTH {
            if at == node {
                return true;
            }
            match self.scopes.nodes[at].scope {
                Some(scope) => at = scope,
                None => return !self.scopes.nodes[at].root,
            }
        }
        true
    }

    /// What `env` says of the stack at `node`, where that is a text.
    pub(crate) fn environment(&self, node: usize, key: &str) -> Option<SmolStr> {
        match self.environment_given(node, key) {
            Given::Value(at) => self.node(at).as_str().map(SmolStr::new),
            Given::Absent | Given::Unknown => None,
        }
    }

    /// What `env` says of the stack at `node`: its own, or that of the stage around it.
    pub(crate) fn environment_given(&self, node: usize, key: &str) -> Given<'a> {
        let mut next = Some(node);
        for _ in 0..MAX_DEPTH {
            let Some(data) = next.map(|it| &self.scopes.nodes[it]) else { return Given::Unknown };
            if data.root {
                return Given::Absent;
            }
            let props = self.props(data.props);
            match props.get("env") {
                Given::Value(env) => match self.props(Some(env)).get(key) {
                    Given::Absent => (),
                    given => return given,
                },
                Given::Unknown => return Given::Unknown,
                Given::Absent => (),
            }
            next = data.scope;
        }
        Given::Unknown
    }

    /// True when what one stack exports the other certainly can import.
    pub(crate) fn imports(&self, producer: usize, consumer: usize) -> bool {
        if let Some(known) = self.imports.borrow().get(&(producer, consumer)) {
            return *known;
        }
        let can = self.can_import(producer, consumer);
        self.imports.borrow_mut().insert((producer, consumer), can);
        can
    }

    /// They are two stacks of one app that go to the same account and region.
    fn can_import(&self, producer: usize, consumer: usize) -> bool {
        let stacks = [producer, consumer].map(|it| &self.scopes.stacks[it]);
        let [Some(from), Some(to)] = stacks.map(|it| it.node.filter(|_| !it.nested && it.of_library)) else {
            return false;
        };
        let [one, other] = [from, to].map(|it| self.scopes.root_of(it));
        one.is_some()
            && one == other
            && ["account", "region"].iter().all(|key| {
                match (self.environment_given(from, key), self.environment_given(to, key)) {
                    (Given::Absent, Given::Absent) => true,
                    (Given::Value(one), Given::Value(other)) => {
                        let [one, other] = [one, other].map(|it| self.scopes.follow(it));
                        let text = |at| self.node(at).as_str().map(SmolStr::new);
                        one.key() == other.key() || text(one).is_some_and(|it| Some(it) == text(other))
                    }
                    _ => false,
                }
            })
    }

    /// What a value of the stack `producer` is in the stack `consumer`: each reference imports what `producer` exports.
    /// `None` where that cannot be told.
    pub(crate) fn across(&self, node: Node, producer: usize, consumer: usize) -> Option<Node> {
        if producer == consumer {
            return Some(node);
        }
        self.imports(producer, consumer).then(|| import(node))?
    }
}

fn import(node: Node) -> Option<Node> {
    let span = node.span;
    let value = match node.value {
        Value::Scalar(_) => node.value,
        Value::Call(call) => Value::Call(Box::new(match *call {
            // Which stack it is said of makes a difference.
            Call::Ref(name) if name.text.starts_with("AWS::") => return None,
            // The name of the export is made of logical ids.
            Call::Ref(_) | Call::GetAtt { .. } => Call::ImportValue(Node::unknown(span)),
            Call::Sub(parts) => {
                let part = |it| match it {
                    Part::Value(node) => import(node).map(Part::Value),
                    other => Some(other),
                };
                Call::Sub(parts.into_iter().map(part).collect::<Option<_>>()?)
            }
            _ => return None,
        })),
        _ => return None,
    };
    Some(Node { value, span })
}
