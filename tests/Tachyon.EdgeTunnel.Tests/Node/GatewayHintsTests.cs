using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>Which of the gateway's pushes have a node ask its endpoint.</summary>
public sealed class GatewayHintsTests
{
    private static readonly ChannelId Channel = new(Keccak256.HashText("hints"));

    [Fact]
    public void WhatComesWithTraffic_IsNoReasonToLookAtTheChain()
    {
        var unit = new UsageUnit(Channel, 1, 1_000, default, default, 1, default);
        var signed = new SignedUnit(unit, default);

        Assert.False(GatewayHints.ConcernsChain(new ProxyUnit(signed, IsOfLock: true)));
        Assert.False(GatewayHints.ConcernsChain(new ProxyUnit(signed, IsOfLock: false)));
        Assert.False(GatewayHints.ConcernsChain(new RouteCredits(Channel, null, [new RouteCredit(default, default, 1_000, default)])));
    }

    [Fact]
    public void WhatMayComeWithAnEnd_Is()
    {
        Assert.True(GatewayHints.ConcernsChain(new CloseAlert(Channel, ChannelPhase.Closing, 0, 0, 0)));
        Assert.True(GatewayHints.ConcernsChain(new RoutesEnded(Channel, [Keccak256.HashText("a tag")])));
        Assert.True(GatewayHints.ConcernsChain(new RouteEnded(Channel, RefusalReason.PoolEnded, "")));
    }
}
