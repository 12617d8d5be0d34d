using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Protocol.Tests.Routes;

/// <summary>What a proxy stores of a lock and a pool comes back as it was, and nothing else is taken for it.</summary>
public sealed class RouteStateCodecTests
{
    private readonly RouteWorld _world = new();

    public RouteStateCodecTests()
    {
        for (int i = 0; i < 40; i++)
        {
            while (_world.Use(0, 50_000))
            {
            }

            _world.Settle(0);
        }
    }

    [Fact]
    public void Lock_ComesBackAsItWas()
    {
        LockState state = _world.Proxies[0].State;
        Assert.NotEmpty(state.Shares);

        byte[] stored = RouteStateCodec.Encode(state);

        Assert.Equal(stored, RouteStateCodec.Encode(RouteStateCodec.DecodeLock(stored)));
        Assert.Equal(state.Shares, RouteStateCodec.DecodeLock(stored).Shares);
        Assert.Equal(state.Chain.Peer, RouteStateCodec.DecodeLock(stored).Chain.Peer);
    }

    [Fact]
    public void Pool_ComesBackAsItWas()
    {
        byte[] stored = RouteStateCodec.Encode(_world.Pool.ChainState);

        Assert.Equal(stored, RouteStateCodec.Encode(RouteStateCodec.DecodePool(stored)));
        Assert.Equal(_world.Pool.NewestOwn, RouteStateCodec.DecodePool(stored).Own);
    }

    [Fact]
    public void WhatIsDamagedOrAnothers_IsRefused()
    {
        byte[] ofLock = RouteStateCodec.Encode(_world.Proxies[0].State);

        Assert.Throws<LedgerFormatException>(() => RouteStateCodec.DecodePool(ofLock));
        Assert.Throws<LedgerFormatException>(() => RouteStateCodec.DecodeLock(ofLock.AsSpan(0, ofLock.Length - 1)));
        Assert.Throws<LedgerFormatException>(() => RouteStateCodec.DecodeLock([.. ofLock, 0]));
    }
}
