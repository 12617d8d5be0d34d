namespace Tachyon.EdgeTunnel.Node;

/// <summary>How the node watches the chain.</summary>
internal sealed record ChainWatcherOptions
{
    /// <summary>How often the newest block is asked for. Default 4 s, a third of Ethereum's block time.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The wait after a first failure; it doubles up to <see cref="MaxRetryDelay"/>. Default 500 ms.</summary>
    public TimeSpan MinRetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between attempts. Default 15 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For a development chain, which mines at once.</summary>
    public static ChainWatcherOptions Development { get; } = new() { PollInterval = TimeSpan.FromMilliseconds(250), MaxRetryDelay = TimeSpan.FromSeconds(2) };
}
