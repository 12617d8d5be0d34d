using Microsoft.Extensions.Options;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>
/// The least unpaid amount that is worth a claim at present fees, kept up to date by each silo's keeper so that channels
/// can ask at every unit.
/// </summary>
internal sealed class ClaimWorth(IOptions<GrainsOptions> options, ISettlementChain chain)
{
    /// <summary>Gas of a claim, when a provider has been paid before; what the contracts' gas table promises.</summary>
    private const ulong ClaimGas = 56_000;

    private volatile Amount? _least;

    /// <summary>Null while fees are unknown, or nobody said what a token is worth: then nothing is claimed.</summary>
    internal TokenAmount? Least => _least?.Value;

    /// <summary>Looks at the fees of the chain.</summary>
    /// <exception cref="ChainUnavailableException">The chain does not answer; the last amount stays in force.</exception>
    internal async Task UpdateAsync(CancellationToken cancellation)
    {
        if (options.Value.TokenPriceWei is not null)
        {
            FeeCaps fees = await chain.SuggestFeesAsync(cancellation);
            _least = OutboxFees.LeastClaim(options.Value, fees, ClaimGas) is { } least ? new Amount(least) : null;
        }
    }

    private sealed record Amount(TokenAmount Value);
}
