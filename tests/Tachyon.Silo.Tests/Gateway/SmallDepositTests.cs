using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>An edge whose channel is below what this operator pays gas for is told so, in words, whatever it asks.</summary>
public sealed class SmallDepositTests
{
    [Fact]
    public async Task WhateverIsAskedOfADustChannel_IsRefusedWithASentence()
    {
        // One base unit more than what the channel locks.
        await using var silo = await TestSilo.StartAsync(changes: ("Grains:LeastDeposit", "100000001"));
        using var consumer = await silo.ConnectAsync(1);
        using var provider = await silo.ConnectAsync(2);
        await provider.AskAsync(new Announce("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 1_000_000, 0, 5));
        var (terms, channelId) = await silo.OpenActiveAsync(consumer, provider);
        var opened = silo.NewTerms(consumer, provider);
        await silo.OpenAsync(consumer, opened);
        await Eventually.TrueAsync(async () => await silo.Grains.Channel(opened.ChannelId(silo.Chain.Domain)).View() is not null, "the silo to see it");
        var until = TestEdge.InAnHour;
        var closure = new Closure(channelId, 0, until);

        GatewayReply[] replies =
        [
            await consumer.AskAsync(new AcceptanceRequest(silo.NewTerms(consumer, provider))),
            await provider.AskAsync(new ConfirmRelay(opened, until, provider.Sign(new Confirm(opened.ChannelId(silo.Chain.Domain), until)))),
            await consumer.AskAsync(new StartCloseRelay(channelId, until, consumer.Sign(new Close(channelId, until)))),
            await consumer.AskAsync(new CloseRelay(closure, consumer.Sign(closure), null)),
        ];

        foreach (var refused in replies.Select(Assert.IsType<Refused>))
        {
            Assert.Equal(RefusalReason.DepositTooSmall, refused.Reason);
            Assert.Contains("deposit is below the least for which", refused.Text, StringComparison.Ordinal);
        }
    }
}
