//! Which rule is behind a kind of event? A few sentences for the page that `e` opens, in English and in Chinese.

use crate::scenes::Text;
use crate::trace::event::Kind;

/// The rule.
pub(super) fn rule(kind: Kind) -> Text {
    let (en, zh) = match kind {
        Kind::Spawn => (
            "spawn makes a task of a future and puts it at the back of the ready queue. It runs nothing: whoever spawned goes on \
             first. In asyncio, create_task does the same.",
            "spawn 把一个 future 变成任务，排到就绪队列末尾。它什么也不运行：创建者先继续运行。asyncio 的 create_task 也是这样。",
        ),
        Kind::Poll => (
            "To poll a task is to call its future's poll once. It runs, on this one thread, until it returns Ready or Pending; \
             nobody interrupts it. The executor polls who stands at the front of the ready queue, and nobody else.",
            "poll 一个任务就是调用一次它的 future 的 poll。它在这唯一的线程上运行，直到返回 Ready 或 Pending，没有谁能打断它。\
             执行器只 poll 排在就绪队列最前面的任务。",
        ),
        Kind::Pending => (
            "Pending means: not yet, and somebody who has my waker will say when. That is the contract of every future. One that \
             returns Pending and leaves its waker nowhere is never polled again.",
            "Pending 的意思是：还没好，到时候由保存我的 waker 的一方来通知。这是每个 future 的约定。\
             返回 Pending 却不把 waker 留给任何人，就再也不会被 poll。",
        ),
        Kind::Ready => (
            "Ready carries the output. A future is never polled again after it was ready.",
            "Ready 带着结果。返回 Ready 之后，future 不会再被 poll。",
        ),
        Kind::Slow => (
            "Tasks take turns by their own will: between two waits a task has the thread for itself. What computes for long, or \
             blocks, belongs into spawn_blocking.",
            "任务靠自愿轮流：两次等待之间，线程完全属于它。长时间的计算或阻塞操作应该放进 spawn_blocking。",
        ),
        Kind::Drop => (
            "To drop a future is to cancel it: all that it owns goes with it, also its place in timers and reactor. There is no \
             other mechanism of cancelling.",
            "丢弃 future 就是取消它：它拥有的一切，包括在定时器和反应器中的位置，都一起消失。除此之外没有别的取消机制。",
        ),
        Kind::Join => (
            "A JoinHandle is a ticket for a task's output. Whoever awaits it is woken when the task is done, and takes the output \
             out. Dropping the handle lets the task go on.",
            "JoinHandle 是领取任务结果的凭证。等待它的一方在任务完成时被唤醒，取走结果。丢弃 JoinHandle，任务照常运行。",
        ),
        Kind::Wake => (
            "wake puts the task's ticket at the back of the ready queue; it runs nothing and carries no data. Two wakes before \
             a poll are one poll. A wake of a task that is done finds another generation, and does nothing.",
            "wake 把任务的票据排到就绪队列末尾；它什么也不运行，也不携带数据。poll 之前的两次唤醒只算一次 poll。\
             唤醒已完成的任务会遇到另一个代号，什么也不发生。",
        ),
        Kind::Park => (
            "The ready queue is empty, so the thread sleeps in one system call (epoll, kqueue) with one timeout: the earliest \
             deadline. All sockets and all timers are waited for by that one call. On a paused clock the time just jumps.",
            "就绪队列为空，线程就在一次系统调用（epoll、kqueue）里睡眠，只用一个超时：最早的截止时间。\
             这一次调用同时等待所有套接字和定时器。在暂停的时钟上，时间直接跳过去。",
        ),
        Kind::Unpark => (
            "The system call returned: with sockets that are ready, or because the timeout is over, or because another thread \
             rang. The loop hands out what came, fires the timers that are due, and goes on with the ready queue.",
            "系统调用返回了：有套接字就绪，或超时已到，或别的线程按了铃。循环分发收到的事件，触发到期的定时器，再继续处理就绪队列。",
        ),
        Kind::Stall => (
            "Every task waits, and nothing on this thread will ever wake one. The usual reason is a waker that nobody kept, or two \
             tasks that wait for each other.",
            "每个任务都在等待，而这个线程上没有什么会唤醒它们。常见原因：没有谁保存 waker，或两个任务互相等待。",
        ),
        Kind::Register => (
            "A socket is told to the system once, for reading and writing, edge-triggered: from now on the system reports each \
             change to ready, once.",
            "套接字只向系统登记一次，读写都包括，边缘触发：此后每次变为就绪，系统报告一次。",
        ),
        Kind::Arm => (
            "The task leaves its waker in the reactor's table, in the slot of this socket and direction. No system call is \
             needed. The latest waker wins.",
            "任务把 waker 留在反应器的表中，放在这个套接字这个方向的位置上。不需要系统调用。后来的 waker 取代先前的。",
        ),
        Kind::SourceReady => (
            "Readable means that one read will give something; how much is not said. The reactor wakes whoever left a waker in that \
             slot, and the task itself reads.",
            "可读的意思是读一次会有结果，并没有说有多少。反应器唤醒在那个位置留下 waker 的任务，由任务自己去读。",
        ),
        Kind::Deregister => (
            "A socket that is dropped is taken out of the table at once. A late event for it finds another generation.",
            "套接字被丢弃时立刻从表中取出。迟到的事件会遇到另一个代号。",
        ),
        Kind::Try => (
            "The call never blocks: it gives what there is, or says WouldBlock. Only then the task waits for the reactor.",
            "这个调用从不阻塞：有多少给多少，或者说 WouldBlock。只有这时任务才等待反应器。",
        ),
        Kind::TimerArm => (
            "A timer is a deadline and a waker in an ordered table. It costs no thread and no system call: the loop sleeps no longer \
             than until the earliest deadline.",
            "定时器就是有序表中的一个截止时间和一个 waker。不占线程，也没有系统调用：循环最多睡到最早的截止时间。",
        ),
        Kind::TimerFire => (
            "After each look at the sockets the loop takes the timers that are due out of the table and wakes their tasks, the \
             earliest first. A timer is never early.",
            "每次查看套接字之后，循环把到期的定时器从表中取出，从最早的开始唤醒它们的任务。定时器从不提前。",
        ),
        Kind::TimerCancel => (
            "Dropping a sleep takes its timer out of the table. A timeout that was not needed costs nothing afterwards.",
            "丢弃 sleep 就把定时器从表中取出。没有用到的超时之后不再有任何开销。",
        ),
        Kind::Http => (
            "The client says how a request proceeds: sent, answered, its body read to the end.",
            "客户端说明请求的进展：已发送、已应答、正文已读完。",
        ),
        Kind::Tls => (
            "TLS is a state machine between the socket and HTTP: bytes go in, bytes come out, and it never waits by itself.",
            "TLS 是套接字和 HTTP 之间的状态机：字节进，字节出，它自己从不等待。",
        ),
        Kind::Pool => (
            "A connection is reused only if the exchange on it was complete and both sides want to keep it.",
            "只有当连接上的交换完整结束、双方都愿意保留时，连接才会被复用。",
        ),
        Kind::Say => (
            "The program itself put this sentence into the trace, to show how far it has come.",
            "这句话是程序自己写进轨迹的，说明它进行到了哪里。",
        ),
    };
    Text { en, zh }
}
