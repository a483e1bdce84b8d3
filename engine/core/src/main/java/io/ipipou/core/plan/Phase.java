package io.ipipou.core.plan;

/**
 * The order of kernel writes. Two rules shape it. A listener exists only while a link of ours sends from its port, so
 * that it can always be told whose it is, also after a crash: it goes before its link and comes after it. And
 * whatever carries traffic is there before what it replaces goes: routes move before the link they leave is deleted,
 * and an address is added before another goes, since the last address takes all routes of its link with it. The gate
 * stands before any tunnel does, and falls after; an endpoint is admitted when its tunnel is ready for it. Where many
 * links go, what is on them is withdrawn first, {@link LinkDiff#manyGo} says why.
 */
enum Phase {
    DELETE_LISTENER,
    PREPARE_GATE,
    MOVE_ROUTE,
    WITHDRAW_ROUTE,
    WITHDRAW_ADDRESS,
    DELETE_LINK,
    UPDATE_LINK,
    CREATE_LINK,
    CREATE_LISTENER,
    CREATE_ADDRESS,
    DELETE_ADDRESS,
    CREATE_ROUTE,
    DELETE_ROUTE,
    ADMIT
}
