using FsCheck;
using FsCheck.Fluent;
using Tachyon.EdgeTunnel.Socks;

namespace Tachyon.EdgeTunnel.Tests.Socks;

public sealed class SocksMessagesTests
{
    [Theory]
    [InlineData("050100", SocksParse.Complete, SocksMethods.Open, 3)]
    [InlineData("05020002", SocksParse.Complete, SocksMethods.Open | SocksMethods.Password, 4)]
    [InlineData("050181", SocksParse.Complete, SocksMethods.None, 3)]
    [InlineData("0500", SocksParse.Complete, SocksMethods.None, 2)]
    [InlineData("", SocksParse.Incomplete, SocksMethods.None, 0)]
    [InlineData("0502", SocksParse.Incomplete, SocksMethods.None, 0)]
    [InlineData("050200", SocksParse.Incomplete, SocksMethods.None, 0)]
    [InlineData("0401005000000001", SocksParse.WrongVersion, SocksMethods.None, 0)]
    [InlineData("474554", SocksParse.WrongVersion, SocksMethods.None, 0)]
    internal void Greeting_Bytes_AreReadAsTheyAre(string hex, SocksParse expected, SocksMethods methods, int readBytes)
    {
        Assert.Equal(expected, SocksMessages.ReadGreeting(Convert.FromHexString(hex), out var readMethods, out var read));
        Assert.Equal(methods, readMethods);
        Assert.Equal(readBytes, read);
    }

    [Theory]
    [InlineData("05010001c00002070050", "192.0.2.7:80")]
    [InlineData("0501000420010db800000000000000000000000101bb", "[2001:db8::1]:443")]
    [InlineData("050100030b6578616d706c652e6f72671f90", "example.org:8080")]
    [InlineData("05010003093132372e302e302e310050", "127.0.0.1:80")]
    public void Request_Connect_GivesItsTarget(string hex, string target)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.Equal(SocksParse.Complete, SocksMessages.ReadRequest(bytes, out var command, out var read, out var readBytes));

        Assert.Equal(SocksCommand.Connect, command);
        Assert.Equal(target, read.ToString());
        Assert.Equal(bytes.Length, readBytes);
    }

    [Theory]
    [InlineData("040100015f", SocksParse.WrongVersion)]
    [InlineData("05010101c00002070050", SocksParse.Malformed)]
    [InlineData("0501000200", SocksParse.UnknownAddressType)]
    [InlineData("05010001c00002070000", SocksParse.BadTarget)] // port zero
    [InlineData("05010003000050", SocksParse.BadTarget)] // no name
    [InlineData("0501000303612e2e0050", SocksParse.BadTarget)]
    [InlineData("0501000302c3a40050", SocksParse.BadTarget)] // not ASCII
    [InlineData("0501000303610a620050", SocksParse.BadTarget)] // a line feed in a name
    internal void Request_Malformed_SaysWhatIsWrong(string hex, SocksParse expected)
    {
        Assert.Equal(expected, SocksMessages.ReadRequest(Convert.FromHexString(hex), out _, out var target, out _));
        Assert.Equal(default, target);
    }

    [Fact]
    public void Password_Bytes_AreReadAsTheyAre()
    {
        var bytes = Convert.FromHexString("010461626364037a7a7aff");

        Assert.Equal(SocksParse.Complete, SocksMessages.ReadPassword(bytes, out var user, out var password, out var readBytes));

        Assert.Equal("abcd"u8, user);
        Assert.Equal("zzz"u8, password);
        Assert.Equal(10, readBytes);
        Assert.Equal(SocksParse.Incomplete, SocksMessages.ReadPassword(bytes.AsSpan(0, 9), out _, out _, out _));
        Assert.Equal(SocksParse.WrongVersion, SocksMessages.ReadPassword([5], out _, out _, out _));
    }

    [Fact]
    public void Messages_AnyBytes_NeverThrowNorReadTooFar() =>
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(Near().ToArbitrary(), bytes =>
        {
            SocksMessages.ReadGreeting(bytes, out _, out var a);
            SocksMessages.ReadPassword(bytes, out _, out _, out var b);
            var parse = SocksMessages.ReadRequest(bytes, out _, out var target, out var c);
            return a <= bytes.Length && b <= bytes.Length && c <= bytes.Length && (parse == SocksParse.Complete) == (target != default);
        }));

    [Fact]
    public void Request_InPieces_IsIncompleteUntilItIsWhole() =>
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Near().ToArbitrary(), bytes =>
        {
            var whole = SocksMessages.ReadRequest(bytes, out _, out var target, out var readBytes);
            for (var length = 0; length < bytes.Length; length++)
            {
                var part = SocksMessages.ReadRequest(bytes.AsSpan(0, length), out _, out var partTarget, out _);
                var settled = part != SocksParse.Incomplete;
                if (settled && (part != whole || partTarget != target))
                {
                    return false;
                }

                if (whole == SocksParse.Complete && settled != length >= readBytes)
                {
                    return false;
                }
            }

            return true;
        }));

    // Requests that are right but for a few bytes, and wild ones.
    private static Gen<byte[]> Near()
    {
        var wild = Gen.Choose(0, 255).Select(x => (byte)x).ArrayOf();
        var near =
            from type in Gen.Elements<byte>(0, 1, 3, 4, 5)
            from command in Gen.Elements<byte>(0, 1, 2, 3)
            from length in Gen.Choose(0, 20)
            from rest in Gen.Elements<byte>(0, 1, 46, 97, 98, 255).ArrayOf()
            select (byte[])[5, command, 0, type, (byte)length, .. rest];
        return Gen.OneOf(wild, near);
    }
}
