//! Fixes of what runs on several machines, in the words of its constructs.

use super::{Place, Raiser, object};
use crate::constructs;
use model::{SmolStr, Span};
use syntax::typescript::{Node, range};
use text::TextRange;

const GROUP: &str = "aws-autoscaling.AutoScalingGroup";
const VPC: &str = "aws-ec2.Vpc";

/// Props of what makes a construct of the classes here.
const PROPS: usize = 2;

impl<'r> Raiser<'r, '_> {
    /// The class of the construct at `origin` and what makes it, unless it is a resource that the program writes out itself.
    fn made_at(&self, origin: Span) -> Option<(SmolStr, Node<'r>)> {
        let origin = self.resolve(origin)?;
        let class = self.construct_at(origin)?.class.clone();
        Some((class, self.node(origin)?))
            .filter(|(class, call)| !constructs::is_l1(class) && call.kind() == "new_expression")
    }

    /// `circuitBreaker: { rollback: true }`
    pub(super) fn roll_back_deployments(&mut self, service: Span) -> Option<Option<()>> {
        let (class, call) = self.made_at(service)?;
        let has_prop = class.starts_with("aws-ecs.") || class.starts_with("aws-ecs-patterns.");
        if !has_prop {
            return Some(None);
        }
        let prop = "circuitBreaker".to_owned();
        let written = object::member(self.text, call, PROPS, std::slice::from_ref(&prop));
        let written = written.and_then(|it| it.child_by_field_name("value"));
        Some(match written.map(object::unwrapped).filter(|it| it.kind() == "object" && object::comments(*it) > 0) {
            // What it says besides stays.
            Some(_) => self.set_prop(call, PROPS, &[prop, "rollback".to_owned()], "true".to_owned()),
            None => self.set_prop(call, PROPS, &[prop], "{ rollback: true }".to_owned()),
        })
    }

    /// `updatePolicy: autoscaling.UpdatePolicy.rollingUpdate()`
    pub(super) fn rolling_update(&mut self, group: Span) -> Option<Option<()>> {
        let (class, call) = self.made_at(group)?;
        if class != GROUP {
            return Some(None);
        }
        let policy = self.library("aws-autoscaling.UpdatePolicy");
        let policy = policy.map(|it| format!("{it}.rollingUpdate()"));
        Some(policy.and_then(|it| self.set_prop(call, PROPS, &["updatePolicy".to_owned()], it)))
    }

    /// `group.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 })`, behind what makes the group.
    pub(super) fn scale_on_cpu(&mut self, group: Span, percent: i64) -> Option<Option<()>> {
        let (class, call) = self.made_at(group)?;
        if class != GROUP {
            return Some(None);
        }
        Some(self.scale_group_on_cpu(call, percent))
    }

    fn scale_group_on_cpu(&mut self, call: Node<'r>, percent: i64) -> Option<()> {
        let origin: TextRange = range(call);
        let construct = self.construct_at(origin)?;
        let (key, stack) = (construct.key.clone(), construct.place.stack);
        let place = Place { at: origin.end(), stack };
        let group = self.expression_of(&key, place)?;
        let id = self.style.quoted("Cpu");
        let end = self.style.end();
        let line = format!("{group}.scaleOnCpuUtilization({id}, {{ targetUtilizationPercent: {percent} }}){end}");
        self.insert_behind(call, &[line])
    }

    /// Takes out the limit of the number of gateways: the library makes one in each zone then.
    pub(super) fn gateway_in_each_zone(&mut self, network: Span) -> Option<()> {
        let (class, call) = self.made_at(network)?;
        if class != VPC {
            return None;
        }
        let limit = object::member(self.text, call, PROPS, &["natGateways".to_owned()])?;
        self.remove_prop(call, PROPS, limit)
    }
}
