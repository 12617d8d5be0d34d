namespace Tachyon.Grains.Settlement;

/// <summary>What keeps an operation, or the transactions behind it, waiting.</summary>
internal enum OutboxWait
{
    /// <summary>The contract takes it only later. Nothing is wrong.</summary>
    TooEarly,

    /// <summary>The endpoint has not seen yet what the operation answers to.</summary>
    EndpointBehind,

    /// <summary>Gas costs more than the operator allows.</summary>
    FeeLimit,

    /// <summary>Its gas would cost more than the operation is worth.</summary>
    NotWorthIt,

    /// <summary>The account has too little for the gas.</summary>
    Unaffordable,

    /// <summary>The endpoint has no answer to this operation, though it answers otherwise.</summary>
    Unanswered,

    /// <summary>The endpoint does not take its transaction.</summary>
    Rejected,
}
