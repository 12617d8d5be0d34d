namespace Tachyon.Protocol;

/// <summary>The numbers that every part of Tachyon version 1 agrees on (protocol, version 1). They are not options.</summary>
public static class ProtocolConstants
{
    /// <summary>Bytes of one KB, the step in which usage and capacity are stated.</summary>
    public const ulong BytesPerKB = 1_000;

    /// <summary>Bytes of one MB, the amount that a price is for.</summary>
    public const ulong BytesPerMB = 1_000_000;

    /// <summary>Bytes of one checkpoint of a channel's usage.</summary>
    public const ulong CheckpointBytes = 5_000_000;

    /// <summary>The greatest capacity that the contract stores, in KB: 2^48 − 1.</summary>
    public const ulong MaxCapacityKB = (1UL << 48) - 1;

    /// <summary>The greatest capacity that the contract stores, in bytes.</summary>
    public const ulong MaxCapacityBytes = MaxCapacityKB * BytesPerKB;

    /// <summary>A tolerance of 100 %, in parts per million.</summary>
    public const uint MaxTolerancePpm = 1_000_000;

    /// <summary>Parts per million in one.</summary>
    public const uint PartsPerMillion = 1_000_000;

    /// <summary>What a lock holds and pays, in percent of the direct price.</summary>
    public const uint LockPercent = 110;

    /// <summary>Direct channels that one provider may have active at once.</summary>
    public const int MaxActiveChannels = 5;

    /// <summary>Credit that a provider gives before anything was agreed, in bytes (protocol, Units: Credit).</summary>
    public const ulong InitialCreditBytes = 256_000;

    /// <summary>The greatest credit, in bytes: one checkpoint.</summary>
    public const ulong MaxCreditBytes = CheckpointBytes;

    /// <summary>How far a consumer may sign ahead of its own count, in bytes: one checkpoint.</summary>
    public const ulong MaxSignAheadBytes = CheckpointBytes;

    /// <summary>A consumer signs at least once per this many bytes.</summary>
    public const ulong UnitIntervalBytes = BytesPerMB;

    /// <summary>A consumer signs at least once per this many milliseconds of traffic.</summary>
    public const ulong UnitIntervalMs = 1_000;

    /// <summary>A unit whose timestamp lies further ahead of the receiver's clock than this is refused, in milliseconds.</summary>
    public const ulong MaxTimestampAheadMs = 60_000;

    /// <summary>The shortest wait before an unanswered unit is sent again, in milliseconds.</summary>
    public const ulong MinResendMs = 200;

    /// <summary>The longest wait before an unanswered unit is sent again, in milliseconds.</summary>
    public const ulong MaxResendMs = 5_000;

    /// <summary>A node that stays paused this long leaves the session, in milliseconds.</summary>
    public const ulong LeaveAfterPauseMs = 30_000;

    /// <summary>In TUN mode a provider pauses after this many bytes without an authenticated datagram from the peer.</summary>
    public const ulong MaxUnheardBytes = 256_000;

    /// <summary>In TUN mode a provider pauses after this many milliseconds without an authenticated datagram from the peer.</summary>
    public const ulong MaxSilenceMs = 1_000;

    /// <summary>The furthest that a validUntil may lie ahead, in seconds.</summary>
    public const ulong MaxValiditySeconds = 86_400;

    /// <summary>The furthest that an acceptance's expiry may lie ahead, in seconds.</summary>
    public const ulong MaxAcceptanceSeconds = 600;

    /// <summary>The default time in which a provider must confirm, in seconds.</summary>
    public const ulong DefaultConfirmTimeoutSeconds = 5 * 3_600;

    /// <summary>The default challenge period, in seconds.</summary>
    public const ulong DefaultChallengePeriodSeconds = 12 * 3_600;

    /// <summary>Blocks per epoch: an epoch seed is the hash of a block whose number is divisible by this.</summary>
    public const ulong EpochBlocks = 7_200;

    /// <summary>How long the previous epoch seed stays valid, in milliseconds.</summary>
    public const ulong PreviousEpochSeedMs = 3_600_000;

    /// <summary>The default step of every amount that a lock shows on chain, in bytes.</summary>
    public const ulong DefaultRouteStepBytes = 10_000_000;
}
