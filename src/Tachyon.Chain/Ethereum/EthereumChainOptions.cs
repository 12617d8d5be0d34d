using System.Numerics;

namespace Tachyon.Chain.Ethereum;

/// <summary>How to reach an Ethereum chain.</summary>
public sealed class EthereumChainOptions
{
    /// <summary>The JSON-RPC endpoint: http or https.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Which block counts as final. Default: by chain id.</summary>
    public Finality Finality { get; init; } = Finality.Automatic;

    /// <summary>
    /// How long a request may take before the chain counts as unavailable. Default 10 s; more than 20 s has no effect,
    /// because Nethereum gives up then.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many blocks one request for events spans. Default 2,000; many providers refuse more than 10,000.</summary>
    public ulong EventBlocksPerRequest { get; init; } = 2_000;

    /// <summary>The least tip offered to whoever mines, in wei for each unit of gas. Default 0.1 gwei.</summary>
    public BigInteger MinimumTip { get; init; } = 100_000_000;

    /// <summary>Throws when a value is out of its bounds.</summary>
    /// <exception cref="ArgumentException">with the setting and its value</exception>
    internal void Validate()
    {
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"Endpoint {Endpoint} is not an http or https address.");
        }

        if (RequestTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentException($"RequestTimeout {RequestTimeout} is not positive.");
        }

        if (EventBlocksPerRequest == 0)
        {
            throw new ArgumentException("EventBlocksPerRequest 0 is not positive.");
        }

        if (MinimumTip.Sign < 0)
        {
            throw new ArgumentException($"MinimumTip {MinimumTip} is negative.");
        }
    }
}
