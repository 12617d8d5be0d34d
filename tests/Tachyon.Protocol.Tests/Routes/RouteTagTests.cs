using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Routes;

public class RouteTagTests
{
    [Fact]
    public void RouteTag_OfARoute_HashesIdTimeRandomAndRouteKey()
    {
        byte[] routeKey = [2, .. Keccak256.HashText("route").ToArray()];
        byte[] input = [.. TestKeys.Consumer.Address.ToArray(), 0, 0, 1, 0x8b, 0xcf, 0xe5, 0x68, 0, .. Keccak256.HashText("random").ToArray(), .. routeKey];
        Assert.Equal(
            Keccak256.Hash(input),
            RouteTag.Of(TestKeys.Consumer.Address, 1_700_000_000_000, Keccak256.HashText("random"), routeKey));
        Assert.Throws<ArgumentException>(() => RouteTag.Of(TestKeys.Consumer.Address, 0, default, routeKey.AsSpan(1)));
    }
}
