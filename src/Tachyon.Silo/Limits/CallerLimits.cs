using System.Net;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Limits;

/// <summary>What each remote address and each identity may ask, for a bounded number of either. Thread-safe.</summary>
internal sealed class CallerLimits(GatewayOptions options, TimeProvider time)
{
    private readonly BoundedTable<RemoteNetwork, AddressBudget> _addresses = new(
        options.PerAddress.MaxAddresses, () => new AddressBudget(options, time), budget => budget.IsIdle, time);

    // A key costs nothing to make, so identities are bounded like addresses; those connected have theirs at hand.
    private readonly BoundedTable<Address, IdentityBudget> _identities = new(
        options.PerAddress.MaxAddresses, () => new IdentityBudget(options, time), budget => budget.IsIdle, time);

    public AddressBudget Of(IPAddress remote) => _addresses.Get(RemoteNetwork.Of(remote));

    /// <summary>The same for all connections of an identity in turn.</summary>
    public IdentityBudget Of(Address node) => _identities.Get(node);
}
