//! Which panel gets which part of the screen? Two columns, three on a wide one; what changes from step to step moves nothing.

use ratatui::layout::Rect;

use crate::stepper::app::App;

/// Where everything is.
pub(super) struct Places {
    pub(super) header: Rect,
    pub(super) tasks: Option<Rect>,
    pub(super) queue: Option<Rect>,
    pub(super) timers: Option<Rect>,
    pub(super) reactor: Option<Rect>,
    pub(super) steps: Option<Rect>,
    pub(super) user: Option<Rect>,
    pub(super) runtime: Option<Rect>,
    pub(super) timeline: Option<Rect>,
    pub(super) why: Option<Rect>,
    pub(super) bottom: Rect,
}

/// From so many columns on there are three columns of panels.
const WIDE: u16 = 150;
/// Between columns.
const GAP: u16 = 2;
/// Fewer steps than these with their heading tell nothing.
const LEAST_STEPS: u16 = 5;

pub(super) fn arrange(app: &App, area: Rect) -> Places {
    let (width, height) = (area.width, area.height);
    let rows = |y: u16, height: u16| Rect { x: area.x, y, width, height };
    let header = rows(area.y, 1);
    let bottom_rows = if height < 20 { 1 } else { 2 };
    let bottom = rows(area.bottom() - bottom_rows, bottom_rows);
    let why_rows = if height < 20 { 4 } else { 5 };
    let why = rows(bottom.y - why_rows, why_rows);

    let (left, middle, right) = columns(rows(area.y + 1, why.y - area.y - 1));
    // What a low window cannot show at once is not there at all if the trace never has it.
    let low = height < 20;
    let needed = |most: usize| !low || most > 0;
    let wants = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).saturating_add(1);
    let wishes = [
        wants(app.most.tasks),
        if app.most.tasks > 4 { 3 } else { 2 },
        if needed(app.most.timers) { wants(app.most.timers.clamp(1, 6)) } else { 0 },
        if needed(app.most.sources) { wants(app.most.sources.clamp(1, 12)) } else { 0 },
    ];
    // What the panels of a low window leave over is for the lanes of tasks.
    let wished = wishes.iter().fold(0, |sum: u16, wish| sum.saturating_add(*wish));
    let heading_and_thread = if low { 2 } else { 3 };
    let spare = (left.height - heading_and_thread).saturating_sub(wished);
    let spare = if height < 30 { spare } else { height / 6 };
    let timeline_rows = heading_and_thread + named_tasks(app).min(height / 6).min(spare);
    let timeline = rows(why.y - timeline_rows, timeline_rows);
    let above = |column: Rect| Rect { height: column.height - timeline_rows, ..column };

    let ([tasks, queue, timers, reactor], below) = share(above(left), wishes);
    let ([user, runtime], _) = share(above(right), [u16::MAX; 2]);
    let steps = middle.map(above).or_else(|| (below.height >= LEAST_STEPS).then_some(below));
    let place = |area: Rect| (area.height >= 2).then_some(area);
    Places {
        header,
        tasks: place(tasks),
        queue: place(queue),
        timers: place(timers),
        reactor: place(reactor),
        steps,
        user: place(user),
        runtime: place(runtime),
        timeline: Some(timeline),
        why: Some(why),
        bottom,
    }
}

fn named_tasks(app: &App) -> u16 {
    let named = app.seen.tasks.values().filter(|lane| lane.name.is_some()).count();
    u16::try_from(named).unwrap_or(u16::MAX)
}

fn columns(body: Rect) -> (Rect, Option<Rect>, Rect) {
    let column = |x: u16, width: u16| Rect { x, width, ..body };
    if body.width < WIDE {
        let left = body.width * 45 / 100;
        let right = body.width - left - GAP;
        return (column(body.x, left), None, column(body.x + left + GAP, right));
    }
    let left = body.width * 28 / 100;
    let middle = body.width * 28 / 100;
    let right = body.width - left - middle - 2 * GAP;
    let second = body.x + left + GAP;
    (column(body.x, left), Some(column(second, middle)), column(second + middle + GAP, right))
}

/// Shares a column among panels, from the top, and gives what is left below them. `wishes` are rows with the heading.
///
/// Everybody who wishes for any gets a heading and a line first, and then a row in turn.
fn share<const N: usize>(column: Rect, wishes: [u16; N]) -> ([Rect; N], Rect) {
    let mut left = column.height;
    let mut heights = wishes.map(|wish| {
        let least = wish.min(2).min(left);
        left -= least;
        least
    });
    while left > 0 && heights.iter().zip(wishes).any(|(height, wish)| *height < wish) {
        for (height, wish) in heights.iter_mut().zip(wishes) {
            if left > 0 && *height < wish {
                *height += 1;
                left -= 1;
            }
        }
    }
    let mut y = column.y;
    let places = heights.map(|height| {
        let place = Rect { y, height, ..column };
        y += height;
        place
    });
    (places, Rect { y, height: left, ..column })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights<const N: usize>(rows: u16, wishes: [u16; N]) -> ([u16; N], u16) {
        let (places, below) = share(Rect::new(0, 0, 10, rows), wishes);
        assert!(places.windows(2).all(|pair| pair[0].bottom() == pair[1].y));
        (places.map(|place| place.height), below.height)
    }

    #[test]
    fn a_column_is_shared_by_wishes_and_the_rest_is_left() {
        assert_eq!(heights(20, [4, 2, 3, 0]), ([4, 2, 3, 0], 11));
        assert_eq!(heights(10, [u16::MAX, u16::MAX]), ([5, 5], 0));
        assert_eq!(heights(9, [30, 2, 3]), ([4, 2, 3], 0));
    }

    #[test]
    fn where_there_is_too_little_the_last_goes_without() {
        assert_eq!(heights(5, [9, 9, 9]), ([2, 2, 1], 0));
        assert_eq!(heights(0, [9, 9]), ([0, 0], 0));
    }
}
