namespace Tachyon.Grains;

/// <summary>The one place that says which key names which grain, so that two spellings of an address never become two grains.</summary>
public static class GrainKeys
{
    /// <summary>The grain that keeps and guards a channel; its key is the channel id as 0x and 64 lower-case hex digits.</summary>
    public static IChannelGrain Channel(this IGrainFactory grains, ChannelId id)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IChannelGrain>(ChannelKey(id));
    }

    /// <summary>The grain of a provider; its key is the address as 0x and 40 lower-case hex digits.</summary>
    public static IProviderGrain Provider(this IGrainFactory grains, Address provider)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IProviderGrain>(AddressKey(provider));
    }

    /// <summary>The directory shard that holds the given node ID.</summary>
    public static IDirectoryGrain DirectoryShardOf(this IGrainFactory grains, Address node)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IDirectoryGrain>(DirectoryShards.Of(node));
    }

    /// <summary>The outbox of the account that signs and pays for this operator's transactions.</summary>
    public static ISettlementGrain Settlement(this IGrainFactory grains, Address account)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<ISettlementGrain>(AddressKey(account));
    }

    /// <summary>The grain that follows the logs of one deployed channel contract.</summary>
    public static IChainFeedGrain ChainFeed(this IGrainFactory grains, Address paymentChannels)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IChainFeedGrain>(AddressKey(paymentChannels));
    }

    /// <summary>The deadline shard that watches the clock for the given channel.</summary>
    public static IDeadlineGrain DeadlinesOf(this IGrainFactory grains, ChannelId id)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IDeadlineGrain>(DeadlineShards.Of(id));
    }

    /// <summary>The grain of a node's reputation; its key is the address as 0x and 40 lower-case hex digits.</summary>
    public static IReputationGrain Reputation(this IGrainFactory grains, Address node)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IReputationGrain>(AddressKey(node));
    }

    /// <summary>The log of all admitted statements.</summary>
    public static IStatementLogGrain StatementLog(this IGrainFactory grains)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IStatementLogGrain>(0);
    }

    /// <summary>The nodes that this operator serves no more.</summary>
    public static IOperatorBlacklistGrain OperatorBlacklist(this IGrainFactory grains)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IOperatorBlacklistGrain>(0);
    }

    /// <summary>The grain that counts what all channels amount to; there is one.</summary>
    public static ICensusGrain Census(this IGrainFactory grains)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<ICensusGrain>(0);
    }

    /// <summary>The grain that adds up what the channels of all silos do; there is one.</summary>
    public static IActivityGrain Activity(this IGrainFactory grains)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IActivityGrain>(0);
    }

    /// <summary>The route of a lock.</summary>
    public static IProxyGrain Proxy(this IGrainFactory grains, ChannelId lockId)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IProxyGrain>(ChannelKey(lockId));
    }

    /// <summary>The operator's pool to an exit.</summary>
    public static IPoolGrain Pool(this IGrainFactory grains, Address exit)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IPoolGrain>(AddressKey(exit));
    }

    /// <summary>The list of the pools of an operator's account.</summary>
    public static IPoolIndexGrain PoolIndex(this IGrainFactory grains, Address account)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IPoolIndexGrain>(AddressKey(account));
    }

    /// <summary>An address as it appears in grain keys.</summary>
    public static string AddressKey(Address address) => address.ToString().ToLowerInvariant();

    /// <summary>A channel id as it appears in grain keys.</summary>
    public static string ChannelKey(ChannelId id) => id.ToString();
}
