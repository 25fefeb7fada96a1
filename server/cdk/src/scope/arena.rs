//! Expressions that no one wrote: what a program puts together while it runs.

use crate::ast::Expression;
use std::cell::{Cell, OnceCell};

/// Owns expressions. They stay where they are, so that more can be added while they are looked at.
#[derive(Debug)]
pub(crate) struct Arena {
    slots: Vec<OnceCell<Expression>>,
    used: Cell<usize>,
    next: OnceCell<Box<Arena>>,
}

impl Default for Arena {
    fn default() -> Arena {
        Arena::with_capacity(16)
    }
}

impl Arena {
    fn with_capacity(capacity: usize) -> Arena {
        let slots = (0..capacity).map(|_| OnceCell::new()).collect();
        Arena { slots, used: Cell::new(0), next: OnceCell::new() }
    }

    /// Adds an expression.
    pub(crate) fn add(&self, expression: Expression) -> &Expression {
        let mut arena = self;
        // Each is twice as long as the one before it.
        while arena.used.get() == arena.slots.len() {
            arena = arena.next.get_or_init(|| Box::new(Arena::with_capacity(arena.slots.len() * 2)));
        }
        let slot = &arena.slots[arena.used.get()];
        arena.used.set(arena.used.get() + 1);
        slot.get_or_init(|| expression)
    }
}
