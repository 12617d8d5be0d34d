using System.Net;
using Microsoft.AspNetCore.Http;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Tests.Limits;

/// <summary>What one address or one identity may ask, whatever it calls itself.</summary>
public sealed class CallerLimitsTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.250", true)]
    [InlineData("203.0.113.7", "203.0.114.7", false)]
    [InlineData("2001:db8:1:1::1", "2001:db8:1:2::1", true)]
    [InlineData("2001:db8:1::1", "2001:db8:2::1", false)]
    [InlineData("::ffff:203.0.113.7", "203.0.113.8", true)]
    [InlineData("0.0.0.1", "::1", false)]
    public void NetworksOfProviders_AreWiderThanOneAddress(string one, string other, bool same)
    {
        Assert.NotEqual(0UL, RemoteNetwork.Of(IPAddress.Parse(one)).Source);
        Assert.Equal(same, RemoteNetwork.Of(IPAddress.Parse(one)).Source == RemoteNetwork.Of(IPAddress.Parse(other)).Source);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void Address_IsWhatOneCustomerCanChooseFrom(string one, string other, bool same) =>
        Assert.Equal(same, RemoteNetwork.Of(IPAddress.Parse(one)) == RemoteNetwork.Of(IPAddress.Parse(other)));

    [Fact]
    public void UnitsThatMuchWasUsedFor_AreGivenBack_AndOthersAreNot()
    {
        const ulong MB = 1_000_000;
        var requests = new RequestBudget(burst: 3, perSecond: 1, _time);
        var paid = new PaidUse(requests);
        var (route, other) = (new ChannelId(Keccak256.HashText("a lock")), new ChannelId(Keccak256.HashText("another lock")));

        // Where it stands on a new connection was paid for before.
        Assert.True(requests.TryTake());
        paid.Take(route, 7 * MB);
        for (var bytesUsed = 8 * MB; bytesUsed < 50 * MB; bytesUsed += MB)
        {
            Assert.True(requests.TryTake());
            paid.Take(route, bytesUsed);
        }

        // The same again, a little more, and less.
        Assert.True(requests.TryTake());
        paid.Take(route, 49 * MB);
        paid.Take(route, (50 * MB) - 1_000);
        paid.Take(route, 8 * MB);
        Assert.True(requests.TryTake());
        paid.Take(other, 8 * MB);
        Assert.False(requests.TryTake());
    }

    [Fact]
    public void PaidUse_OfChannelAfterChannel_GivesNothingBackAndKeepsFew()
    {
        var requests = new RequestBudget(burst: 1, perSecond: 1, _time);
        var paid = new PaidUse(requests);
        Assert.True(requests.TryTake());
        for (var i = 0; i <= PaidUse.MaxChannels; i++)
        {
            paid.Take(new ChannelId(Keccak256.HashText($"lock {i}")), 10_000_000);
        }

        paid.Take(new ChannelId(Keccak256.HashText($"lock {PaidUse.MaxChannels}")), 20_000_000);
        Assert.False(requests.TryTake());
        paid.Take(new ChannelId(Keccak256.HashText("lock 0")), 20_000_000);
        Assert.True(requests.TryTake());
    }

    [Fact]
    public void Addresses_BeyondTheTable_ShareOneBudget_AndMemoryDoesNotGrow()
    {
        var limits = new CallerLimits(Options(new AddressLimitOptions { MaxAddresses = 16 }), _time);
        for (var i = 1; i <= 16; i++)
        {
            Assert.True(limits.Of(Remote(i)).TryConnect());
        }

        Assert.Same(limits.Of(Remote(17)), limits.Of(Remote(18)));
        Assert.NotSame(limits.Of(Remote(1)), limits.Of(Remote(17)));
    }

    [Fact]
    public void Addresses_ThatWentQuiet_MakeRoomForOthers()
    {
        var limits = new CallerLimits(Options(new AddressLimitOptions { MaxAddresses = 16 }), _time);
        for (var i = 1; i <= 16; i++)
        {
            limits.Of(Remote(i)).Rest.TryTake();
        }

        var crowded = limits.Of(Remote(17));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.NotSame(crowded, limits.Of(Remote(18)));
    }

    [Fact]
    public void SpentBudget_IsNotRenewedByATableThatIsFull()
    {
        var limits = new CallerLimits(Options(new AddressLimitOptions { MaxAddresses = 16, RestBurst = 1, RestRequestsPerSecond = 1 }), _time);
        Assert.True(limits.Of(Remote(1)).Rest.TryTake());
        for (var i = 2; i <= 40; i++)
        {
            limits.Of(Remote(i)).TryConnect();
        }

        Assert.False(limits.Of(Remote(1)).Rest.TryTake());
    }

    [Fact]
    public void Connections_OfOneAddress_AreCountedInAndOut()
    {
        var budget = new AddressBudget(Options(new AddressLimitOptions { Connections = 3, Strangers = 2 }), _time);
        Assert.True(budget.TryConnect());
        Assert.True(budget.TryConnect());
        Assert.False(budget.TryConnect());

        budget.Identify();
        Assert.True(budget.TryConnect());
        budget.Identify();
        Assert.False(budget.TryConnect());

        budget.Disconnect(wasStranger: false);
        Assert.True(budget.TryConnect());
        Assert.False(budget.IsIdle);
    }

    [Fact]
    public void Refusal_SaysWhenToComeAgain_AndThenThereIsSomething()
    {
        var budget = new RequestBudget(burst: 2, perSecond: 4, _time);
        Assert.True(budget.TryTake());
        Assert.True(budget.TryTake());
        Assert.False(budget.TryTake());

        Assert.Equal(250u, budget.RetryAfterMs);
        _time.Advance(TimeSpan.FromMilliseconds(budget.RetryAfterMs));
        Assert.True(budget.TryTake());
    }

    [Fact]
    public void Answer_ThatTookManyRecords_CostsAsManyRequestsAsThatIsWorth()
    {
        var limits = new CallerLimits(Options(new AddressLimitOptions { RestBurst = 10, RestRequestsPerSecond = 2 }), _time);
        var rest = new RestLimit(limits);
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = Remote(1) } };
        Assert.Null(rest.Refuse(http));

        // A filter that nobody fits: one request, and the storage is looked through.
        rest.Charge(http, 20 * RestLimit.RecordsPerRequest);

        Assert.NotNull(rest.Refuse(http));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(rest.TryTake(http));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(rest.TryTake(http));
    }

    [Fact]
    public void UnknownChannels_ArePaidFor_OwnOnesAreNot()
    {
        var options = new GatewayOptions { UnknownChannelBurst = 8, UnknownChannelsPerSecond = 1 };
        var address = new AddressBudget(options, _time);
        var names = new NamedChannels(new IdentityBudget(options, _time), address, 100);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(names.TryName(Id(1), out var paid));
            names.Confirm(Id(1), paid);
        }

        for (var i = 0; i < 8; i++)
        {
            Assert.True(names.TryName(Id(100 + i), out _));
        }

        Assert.False(names.TryName(Id(200), out _));
        Assert.True(names.TryName(Id(1), out _));
        Assert.InRange(names.RetryAfterMs, 1u, 1_000u);
    }

    [Fact]
    public void UnknownChannels_OfFreshKeys_ArePaidForByTheirAddress()
    {
        var options = new GatewayOptions { UnknownChannelBurst = 8, UnknownChannelsPerSecond = 1 };
        var address = new AddressBudget(options, _time);
        var named = 0;
        for (var key = 0; key < 100; key++)
        {
            var names = new NamedChannels(new IdentityBudget(options, _time), address, 100);
            for (var i = 0; i < 8; i++)
            {
                named += names.TryName(Id((key * 8) + i), out _) ? 1 : 0;
            }
        }

        Assert.Equal(80, named);
    }

    private static GatewayOptions Options(AddressLimitOptions limits) => new() { PerAddress = limits };

    private static IPAddress Remote(int number) => new([203, 0, (byte)(number / 256), (byte)number]);

    private static ChannelId Id(int number) => new(Keccak256.HashText($"channel {number}"));
}
