using Tachyon.EdgeTunnel.Routes;
using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>A proxy's refusals, as the command line says them: the reason once, and what to do next by this program's options.</summary>
public sealed class RouteRefusalTests
{
    public static TheoryData<RefusalReason> Reasons =>
    [
        RefusalReason.NoProxy, RefusalReason.UnknownExit, RefusalReason.ProviderAway, RefusalReason.ExitWithoutSlots, RefusalReason.LackOfFunds,
        RefusalReason.DepositMissing, RefusalReason.PriceAboveLimit, RefusalReason.ToleranceAboveLimit, RefusalReason.CapacityOutsideOffer,
        RefusalReason.AboveChannelCap, RefusalReason.MonthlyCapReached, RefusalReason.Draining, RefusalReason.Blacklisted, RefusalReason.SaltUsed,
        RefusalReason.ProxyBusy, RefusalReason.OutboxFull, RefusalReason.PoolEnded, RefusalReason.WrongPhase, RefusalReason.DepositTooSmall,
    ];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Sentence_WithoutTheProxysWords_HasItsOwn_AndSaysWhatToDo(RefusalReason reason)
    {
        foreach (var isExitChosen in (bool[])[true, false])
        {
            var sentence = RouteRefusal.Sentence(reason, "", isExitChosen);

            Assert.DoesNotContain(reason.ToString(), sentence, StringComparison.Ordinal);
            Assert.Matches("^the proxy refuses the route: [a-z].+; .*(--|try again|fund )", sentence);
        }
    }

    [Fact]
    public void Sentence_WithTheProxysWords_TakesTheReasonAndLeavesTheAdvice()
    {
        const string said = "all of the exit's slots are taken; name another one";

        Assert.Equal(
            "the proxy refuses the route: all of the exit's slots are taken; choose another --exit, or auto",
            RouteRefusal.Sentence(RefusalReason.ExitWithoutSlots, said, isExitChosen: true));
        Assert.Equal(
            "the proxy refuses the route: all of the exit's slots are taken; raise --max-price, lower --capacity, or try again later",
            RouteRefusal.Sentence(RefusalReason.ExitWithoutSlots, said, isExitChosen: false));
    }

    [Fact]
    public void Exit_WithoutSlots_IsAskedForAgain_AndOneThatNobodyKnowsIsNot() => Assert.Equal(
        (true, false, false),
        (RouteRefusal.IsForLater(RefusalReason.ExitWithoutSlots), RouteRefusal.IsForLater(RefusalReason.UnknownExit), RouteRefusal.IsForLater(RefusalReason.LackOfFunds)));
}
