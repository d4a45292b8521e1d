//! Where is a value wanted whose type only the giver and the taker know? In a place, which goes through those who do not.
//!
//! A `JoinHandle` gives one to the roster, which gives it to the task, which puts its output there. `dyn Any` could do the
//! same, but is asked for its type by a call, of which a task's whole way from spawn to join would be an eighth longer.

use std::any::TypeId;
use std::marker::PhantomData;
use std::ptr;

/// An `Option`, lent without its type.
pub(crate) struct Place<'a> {
    option: *mut (),
    of: &'static TypeId,
    lent: PhantomData<&'a mut ()>,
}

impl<'a> Place<'a> {
    #[inline]
    pub(crate) fn new<T: 'static>(option: &'a mut Option<T>) -> Place<'a> {
        Place {
            option: ptr::from_mut(option).cast(),
            of: const { &TypeId::of::<T>() },
            lent: PhantomData,
        }
    }

    /// The option, if it is one of this type.
    #[inline]
    pub(crate) fn open<T: 'static>(self) -> Option<&'a mut Option<T>> {
        if *self.of != TypeId::of::<T>() {
            return None;
        }
        // SAFETY: `new` is the only way to make a place, and it keeps the type's id beside a pointer that it made of a
        // `&'a mut Option<T>`. The id is the same, so the type is. The place is used up here and cannot be copied, so for `'a`
        // nobody else has the option.
        Some(unsafe { &mut *self.option.cast() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_opens_for_its_own_type_alone() {
        let mut option = Some(7_u32);
        assert!(Place::new(&mut option).open::<i32>().is_none());
        assert!(Place::new(&mut option).open::<Option<u32>>().is_none());
        let open = Place::new(&mut option).open::<u32>();
        assert_eq!(open.and_then(Option::take), Some(7));
        assert_eq!(option, None);
    }
}
