namespace Tachyon.Chain;

/// <summary>Where the contracts are: all that a node needs to know of a deployment.</summary>
/// <param name="ChainId">the chain they are on</param>
/// <param name="Token">the token of all deposits</param>
/// <param name="PaymentChannels">the escrow</param>
/// <param name="ProxyRegistry">the register of proxies; the escrow itself, where it holds the register</param>
/// <param name="DeployedAtBlock">no event is older than this block</param>
/// <param name="Faucet">gives tokens away on a development chain; null elsewhere</param>
public sealed record Deployment(
    ulong ChainId,
    Address Token,
    Address PaymentChannels,
    Address ProxyRegistry,
    ulong DeployedAtBlock,
    Address? Faucet = null)
{
    /// <summary>The EIP-712 domain of everything that is signed for this deployment.</summary>
    public Eip712Domain Domain => new(ChainId, PaymentChannels);

    /// <summary>Reads a deployment file.</summary>
    /// <exception cref="DeploymentFileException">The file cannot be read, or is not a deployment.</exception>
    public static Task<Deployment> LoadAsync(string path, CancellationToken cancellation = default)
        => DeploymentFile.LoadAsync(path, cancellation);

    /// <summary>Writes a deployment file, in one step: a reader never sees half of it.</summary>
    /// <exception cref="DeploymentFileException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellation = default)
        => DeploymentFile.SaveAsync(this, path, cancellation);
}
