namespace Tachyon.Grains;

/// <summary>Settings of the grains. What they work on comes from the chain's deployment and the operator's account.</summary>
public sealed class GrainsOptions
{
    /// <summary>The name of the grain storage that keeps all durable state.</summary>
    public const string StorageName = "tachyon";

    /// <summary>
    /// How long a provider counts as alive after a sign of life. Shorter finds a vanished provider sooner and costs
    /// more heartbeats. 5 seconds to 10 minutes; the default is 45 seconds.
    /// </summary>
    public TimeSpan ProviderLiveness { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How often the chain feed looks for new blocks. 50 ms to 1 minute; the default is 2 seconds.</summary>
    public TimeSpan FeedPollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The most blocks that the feed asks the endpoint for in one request. 1 to 10,000; the default is 1,000.</summary>
    public int FeedBlocksPerRequest { get; set; } = 1_000;

    /// <summary>How often the outbox looks after its transactions. 50 ms to 1 minute; the default is 2 seconds.</summary>
    public TimeSpan OutboxPollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The most transactions sent and not mined yet. 1 to 256; the default is 16, as many nodes hold few per account.</summary>
    public int OutboxMaxInFlight { get; set; } = 16;

    /// <summary>
    /// The most operations that wait in the outbox; more are refused and asked for again later, except challenges. 1 to
    /// 100,000; the default is 1,000.
    /// </summary>
    public int OutboxMaxQueued { get; set; } = 1_000;

    /// <summary>
    /// How long a transaction may stay unmined before it is replaced with higher fees. 100 ms to 1 hour; the default
    /// is 1 minute.
    /// </summary>
    public TimeSpan OutboxReplaceAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The most that a unit of gas may cost, in gwei, above zero. Above it transactions wait, except challenges. The
    /// default is 500.
    /// </summary>
    public uint OutboxMaxFeeGwei { get; set; } = 500;

    /// <summary>
    /// How often each silo sees to it that the feed and the outbox run somewhere. This bounds how
    /// long they pause when their silo dies. 50 ms to 5 minutes; the default is 15 seconds.
    /// </summary>
    public TimeSpan KeeperPeriod { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often the reminder of a deadline shard calls. This bounds how late a deadline is met when the shard's silo
    /// died before it. At least Orleans' minimum for reminders, a minute unless configured otherwise; at most 1 hour.
    /// The default is 1 minute.
    /// </summary>
    public TimeSpan DeadlineReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Claims on chain what a provider has earned and not been paid as soon as it is worth so much, in base units, while
    /// the channel goes on. Set it to a multiple of what a claim costs in gas, in tokens: lower pays providers sooner,
    /// higher wastes less gas. Null, the default, leaves payment to the end of the channel.
    /// </summary>
    public TokenAmount? ClaimAbove { get; set; }
}
