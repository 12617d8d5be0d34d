using System.Net;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Exit;

public sealed class EgressPolicyTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("198.20.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80b::200e")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2002:101:101::1")]
    public void Default_PublicUnicast_IsAllowed(string address) => Assert.True(new EgressPolicy().Allows(IPAddress.Parse(address), 443));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")] // compatible
    [InlineData("::ffff:127.0.0.1")] // mapped
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:10.0.0.1")] // translated, the old way
    [InlineData("64:ff9b::7f00:1")] // translated
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1.1.1.1")] // translated locally
    [InlineData("2002:7f00:1::1")] // 6to4 of 127.0.0.1
    [InlineData("2002:a00:1::1")]
    [InlineData("2001::1")] // Teredo
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("100::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")] // a metadata service
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("5f00::1")]
    public void Default_AnythingElse_IsRefused(string address) => Assert.False(new EgressPolicy().Allows(IPAddress.Parse(address), 443));

    [Fact]
    public void AnyIPv4Address_IsJudgedAlike_InEverySpelling()
    {
        var policy = new EgressPolicy();
        var random = new Random(20_261_122);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] four = [(byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)];
            var allowed = policy.Allows(new IPAddress(four), 443);
            byte[][] carriers =
            [
                [.. new byte[10], 0xff, 0xff, .. four],
                [0, 0x64, 0xff, 0x9b, .. new byte[8], .. four],
                [0x20, 0x02, .. four, .. new byte[9], 1],
            ];
            Assert.All(carriers.Select(bytes => new IPAddress(bytes)), carrier => Assert.True(allowed == policy.Allows(carrier, 443), $"{carrier}"));
        }
    }

    [Theory]
    [InlineData(25, false)]
    [InlineData(0, false)]
    [InlineData(22, true)]
    [InlineData(65535, true)]
    public void Default_Ports_AreAllButMail(int port, bool allowed) =>
        Assert.Equal(allowed, new EgressPolicy().Allows(IPAddress.Parse("1.1.1.1"), port));

    [Fact]
    public void Exception_AllowsWhatItNamesAndNothingElse()
    {
        var policy = new EgressPolicy([Range("127.0.0.1/32:8080"), Range("[fd00:1::/32]:443")]);

        Assert.True(policy.Allows(IPAddress.Parse("127.0.0.1"), 8080));
        Assert.False(policy.Allows(IPAddress.Parse("127.0.0.1"), 8081));
        Assert.False(policy.Allows(IPAddress.Parse("127.0.0.2"), 8080));
        Assert.False(policy.Allows(IPAddress.Parse("::ffff:127.0.0.1"), 8080));
        Assert.True(policy.Allows(IPAddress.Parse("fd00:1::7"), 443));
        Assert.False(policy.Allows(IPAddress.Parse("fd00:2::7"), 443));
    }

    [Fact]
    public void ThisMachinesPublicAddresses_AreRefused_InEverySpelling_UnlessExcepted()
    {
        string[] own = ["203.1.2.3", "2606:4700::7"];
        var policy = new EgressPolicy([Range("203.1.2.3:80")], own: new OwnAddresses(() => own.Select(IPAddress.Parse), TimeProvider.System));

        Assert.All(
            ["203.1.2.3", "::ffff:203.1.2.3", "64:ff9b::203.1.2.3", "2002:cb01:203::1", "2606:4700::7", "2606:4700::7%1"],
            address => Assert.False(policy.Allows(IPAddress.Parse(address), 443) || policy.AllowsWithoutPort(IPAddress.Parse(address)), address));
        Assert.True(policy.Allows(IPAddress.Parse("203.1.2.4"), 443));
        Assert.True(policy.Allows(IPAddress.Parse("203.1.2.3"), 80));
    }

    [Fact]
    public void ThisMachinesAddresses_AreLookedUpAnew_NowAndThen()
    {
        var time = new FakeTimeProvider();
        string[] own = [];
        var policy = new EgressPolicy(own: new OwnAddresses(() => own.Select(IPAddress.Parse), time));
        Assert.True(policy.Allows(IPAddress.Parse("203.1.2.3"), 443));

        own = ["203.1.2.3"];
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.False(policy.Allows(IPAddress.Parse("203.1.2.3"), 443));
    }

    [Fact]
    public void TheMachinesOwnList_HasLoopback_SinceEveryMachineDoes() =>
        Assert.True(OwnAddresses.OfMachine(TimeProvider.System).Contains(IPAddress.Loopback));

    [Fact]
    public void Ports_Only_RefusesAllOthers()
    {
        var policy = new EgressPolicy(ports: PortRule.Of([new PortRange(80, 80), new PortRange(443, 443)], null));

        Assert.True(policy.Allows(IPAddress.Parse("1.1.1.1"), 443));
        Assert.False(policy.Allows(IPAddress.Parse("1.1.1.1"), 22));
        Assert.False(policy.MayAllow(22));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1/32", null)]
    [InlineData("127.0.0.1:8080", "127.0.0.1/32", 8080)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", null)]
    [InlineData("10.0.0.0/8:53", "10.0.0.0/8", 53)]
    [InlineData("::1", "::1/128", null)]
    [InlineData("[::1]:80", "::1/128", 80)]
    [InlineData("[fd00::/8]:443", "fd00::/8", 443)]
    [InlineData("fd00::/8", "fd00::/8", null)]
    public void Range_Text_IsRead(string text, string network, int? port)
    {
        var range = Range(text);

        Assert.Equal(IPNetwork.Parse(network), range.Network);
        Assert.Equal(port, range.Port);
        Assert.Equal(range, Range(range.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("10.0.0.1/8")] // bits beyond the prefix
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("[::1")]
    [InlineData("[::1]80")]
    public void Range_Malformed_IsRefused(string text) => Assert.False(AddressRange.TryParse(text, out _));

    private static AddressRange Range(string text)
    {
        Assert.True(AddressRange.TryParse(text, out var range));
        return range!;
    }
}
