using System.Numerics;

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

    /// <summary>
    /// How long a channel that nobody asks about stays in memory. Shorter holds fewer channels in memory; longer reads
    /// fewer of them again. 3 minutes, above which watching edges renew, to 1 day; the default is 5 minutes.
    /// </summary>
    public TimeSpan ChannelIdleAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long before a closing channel can be settled its watch becomes close: higher evidence then follows what was
    /// shown before without waiting until that is final. Longer than the chain takes to make a block final, with room
    /// for transactions that get stuck. 1 minute to 1 day; the default is 1 hour.
    /// </summary>
    public TimeSpan ChallengeMargin { get; set; } = TimeSpan.FromHours(1);

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
    /// The same for challenges, and for whatever has to be mined before one. They have a deadline, so this is far above
    /// ordinary prices; where <see cref="TokenPriceWei"/> is set, no challenge costs more gas than it is worth besides. A
    /// value below <see cref="OutboxMaxFeeGwei"/> counts as that. The default is 5,000.
    /// </summary>
    public uint OutboxMaxChallengeFeeGwei { get; set; } = 5_000;

    /// <summary>
    /// What a whole token is worth, in wei of the currency that gas is paid in. With it, providers are paid by claims while
    /// their channels go on (see <see cref="ClaimGasMultiple"/>), and no challenge costs more than it brings. Null, the
    /// default: payment comes at the end of a channel, and challenges know no limit but <see cref="OutboxMaxChallengeFeeGwei"/>.
    /// </summary>
    public BigInteger? TokenPriceWei { get; set; }

    /// <summary>
    /// The least deposit, in base units of the token, of a channel that this operator pays gas for: below it nothing is
    /// relayed for its parties, and it is neither watched over nor settled. It is also the least that a further challenge of
    /// a channel has to add while there is time. Higher keeps strangers from spending the operator's gas on dust, lower serves
    /// smaller channels. 0 (no limit) to 10^30; the default is a hundredth of a token, 10^16.
    /// </summary>
    public BigInteger LeastDeposit { get; set; } = BigInteger.Pow(10, 16);

    /// <summary>
    /// A provider's earnings are claimed as soon as they are worth so many times the gas of a claim at present fees, and a
    /// quarter of what its channel was paid before, so that no channel costs more than a few dozen claims. Lower pays providers sooner, higher wastes less gas. 1 to 10,000; the default is 20. Without <see cref="TokenPriceWei"/>
    /// nothing is claimed.
    /// </summary>
    public int ClaimGasMultiple { get; set; } = 20;

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
    /// Whether the operator serves routes as a proxy: consumers lock deposits with its account, and it pays exits for them from
    /// pools (protocol, Routes). The account must be in the register of proxies, and then holds no direct channels as a provider. Off
    /// by default.
    /// </summary>
    public bool Proxy { get; set; }

    /// <summary>
    /// The step of every amount that a lock shows on chain, in bytes, so that numbers of a route do not match settlements to
    /// the KB. Larger hides more and costs consumers more at the end of a route. Whole KB, 1 MB to 1 TB; the default is 10 MB.
    /// </summary>
    public ulong ProxyRouteStepBytes { get; set; } = Protocol.ProtocolConstants.DefaultRouteStepBytes;

    /// <summary>
    /// The step in which pools are opened and topped up, in bytes. Larger binds more tokens and needs fewer transactions, which
    /// tell less. Whole KB, 10 MB to 1 PB; the default is 1 GB.
    /// </summary>
    public ulong ProxyPoolStepBytes { get; set; } = 1_000_000_000;

    /// <summary>
    /// The most that an exit may cost, in base units per MB, above zero. Exit and consumer may be one person, who names any price: at that, the
    /// first <see cref="ProxyPoolStepBytes"/> are bound before the consumer has paid anything, and the exit can have a checkpoint of them
    /// burned. The default is 10^16, 0.01 tokens.
    /// </summary>
    public BigInteger ProxyMaxPricePerMB { get; set; } = BigInteger.Pow(10, 16);

    /// <summary>
    /// A top-up is sent at a random time within so long after room began to grow short, or at once when it is used up. Longer
    /// hides better what caused it. 0 to 1 day; the default is 10 minutes.
    /// </summary>
    public TimeSpan ProxyTopUpSpread { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The most routes that are under way to one exit. 1 to 100,000; the default is 10,000.</summary>
    public int ProxyMaxRoutes { get; set; } = 10_000;

    /// <summary>
    /// When nobody has used a lock or a pool for so long, the proxy collects or gets back what is left by closing it. 1 hour
    /// to 365 days; the default is 7 days.
    /// </summary>
    public TimeSpan ProxyIdleAge { get; set; } = TimeSpan.FromDays(7);
}
