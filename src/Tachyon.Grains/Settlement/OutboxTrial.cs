using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>What came of trying an operation before it gets a nonce: it is ready, over, or has to wait.</summary>
internal sealed record OutboxTrial
{
    /// <summary>What to sign it with; null unless it is ready.</summary>
    internal FeeCaps? Fees { get; private init; }

    internal ulong GasLimit { get; private init; }

    /// <summary>The most that a unit of its gas may cost, in wei.</summary>
    internal BigInteger FeeLimit { get; private init; }

    /// <summary>Null unless it is over.</summary>
    internal OutboxEntry? Ended { get; private init; }

    /// <summary>Null unless it waits.</summary>
    internal OutboxWait? Wait { get; private init; }

    /// <summary>Why it waits, for people.</summary>
    internal string Reason { get; private init; } = "";

    internal static OutboxTrial Ready(FeeCaps fees, ulong gasLimit, BigInteger feeLimit) => new() { Fees = fees, GasLimit = gasLimit, FeeLimit = feeLimit };

    internal static OutboxTrial Over(OutboxEntry ended) => new() { Ended = ended };

    internal static OutboxTrial Later(OutboxWait wait, string reason) => new() { Wait = wait, Reason = reason };
}
