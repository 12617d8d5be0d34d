using System.Collections.Immutable;
using System.Numerics;

namespace Tachyon.Chain.Simulation;

/// <summary>All that the simulated chain holds after a block. Immutable, so that a re-organisation only goes back to an older one.</summary>
internal sealed record SimulatedState
{
    public ImmutableDictionary<ChannelId, SimulatedChannel> Channels { get; init; }
        = ImmutableDictionary<ChannelId, SimulatedChannel>.Empty;

    public ImmutableDictionary<Address, SimulatedProvider> Providers { get; init; }
        = ImmutableDictionary<Address, SimulatedProvider>.Empty;

    public ImmutableDictionary<Address, TokenAmount> Balances { get; init; } = ImmutableDictionary<Address, TokenAmount>.Empty;

    public ImmutableDictionary<Address, TokenAmount> Allowances { get; init; } = ImmutableDictionary<Address, TokenAmount>.Empty;

    public ImmutableDictionary<Address, BigInteger> PermitNonces { get; init; } = ImmutableDictionary<Address, BigInteger>.Empty;

    public ImmutableDictionary<Address, ulong> Nonces { get; init; } = ImmutableDictionary<Address, ulong>.Empty;

    /// <summary>Wei of each account.</summary>
    public ImmutableDictionary<Address, BigInteger> Gas { get; init; } = ImmutableDictionary<Address, BigInteger>.Empty;

    public SimulatedChannel Channel(ChannelId id) => Channels.GetValueOrDefault(id, SimulatedChannel.None);

    public SimulatedProvider Provider(Address account) => Providers.GetValueOrDefault(account, SimulatedProvider.None);

    public TokenAmount Balance(Address account) => Balances.GetValueOrDefault(account);

    public TokenAmount Allowance(Address owner) => Allowances.GetValueOrDefault(owner);
}
