using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Identity;

public class AddressTests
{
    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Address_InText_CarriesTheChecksumOfEip55(string text)
    {
        Assert.Equal(text, Address.Parse(text).ToString());
        Assert.Equal(text, Address.Parse("0x" + text[2..].ToLowerInvariant()).ToString());
        Assert.Equal(text, Address.Parse("0x" + text[2..].ToUpperInvariant()).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    [InlineData("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    public void Address_FromTextThatIsNone_IsRefused(string? text)
    {
        Assert.False(Address.TryParse(text, out Address address));
        Assert.True(address.IsZero);
    }

    [Theory]
    [InlineData(19)]
    [InlineData(21)]
    public void Address_FromTheWrongNumberOfBytes_IsRefused(int length) =>
        Assert.Throws<ArgumentException>(() => Address.FromBytes(new byte[length]));

    [Fact]
    public void Address_ThroughBytesAndText_ComesBackTheSame() => Properties.Hold((ulong a, ulong b, uint c) =>
    {
        Address address = From(a, b, c);
        return Address.FromBytes(address.ToArray()) == address
            && Address.Parse(address.ToString()) == address
            && Address.Parse(address.ToString()).GetHashCode() == address.GetHashCode();
    });

    [Fact]
    public void Address_Compared_OrdersAsItsBytesDo() => Properties.Hold((Guid a, Guid b, bool near) =>
    {
        Address left = Address.FromBytes(Keccak256.Hash(a.ToByteArray()).ToArray().AsSpan(12));
        byte[] other = Keccak256.Hash(b.ToByteArray()).ToArray();
        left.ToArray().AsSpan(0, near ? 17 : 0).CopyTo(other.AsSpan(12)); // equal heads, so that the last bytes decide
        Address right = Address.FromBytes(other.AsSpan(12));
        int expected = Math.Sign(left.ToArray().AsSpan().SequenceCompareTo(right.ToArray()));
        return Math.Sign(left.CompareTo(right)) == expected
            && left < right == expected < 0
            && left >= right == expected >= 0;
    });

    private static Address From(ulong a, ulong b, uint c)
    {
        byte[] bytes = [.. BitConverter.GetBytes(a), .. BitConverter.GetBytes(b), .. BitConverter.GetBytes(c)];
        return Address.FromBytes(bytes);
    }
}
