using System.Globalization;
using System.Numerics;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;

namespace Tachyon.Silo.Console.Markup;

/// <summary>Figures as people read them, with their units. Never used to calculate.</summary>
internal static class Show
{
    public const string Token = "IPX";

    private const int IdHead = 8;
    private const int IdTail = 4;
    private const double SmallestToken = 0.000001;
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A whole number, in groups of three digits.</summary>
    public static string Count(long count) => count.ToString("N0", Culture);

    /// <summary>Bytes in MB to the KB in which they are stated; large ones in GB or TB.</summary>
    public static string Bytes(ulong bytes) => bytes switch
    {
        < 10_000_000_000 => $"{(bytes / (decimal)ProtocolConstants.BytesPerMB).ToString("N3", Culture)} MB",
        < 10_000_000_000_000 => $"{(bytes / 1e9m).ToString("N3", Culture)} GB",
        _ => $"{(bytes / 1e12m).ToString("N3", Culture)} TB",
    };

    /// <summary>An amount in tokens, to a thousandth; small ones to a millionth.</summary>
    public static string Tokens(TokenAmount amount) => $"{TokenDigits(amount)} {Token}";

    /// <summary>An amount that is near enough for a chart.</summary>
    public static string Tokens(double tokens) => $"{Digits(tokens)} {Token}";

    /// <summary>Tokens by the minute, to three significant digits.</summary>
    public static string TokenRate(double tokensPerMinute) => $"{tokensPerMinute.ToString(tokensPerMinute >= 100 ? "N0" : tokensPerMinute >= 1 ? "0.0" : "0.####", Culture)} {Token}/min";

    public static string Price(TokenAmount pricePerMB) => $"{TokenDigits(pricePerMB)} {Token}/MB";

    public static string Rate(double bytesPerSecond) => $"{(bytesPerSecond / ProtocolConstants.BytesPerMB).ToString("N1", Culture)} MB/s";

    public static string Percent(uint ppm) => $"{(ppm / 10_000m).ToString("0.####", Culture)} %";

    /// <summary>Wei as gwei, in which fees are thought of.</summary>
    public static string Gwei(BigInteger wei) => $"{Digits((double)wei / 1e9)} gwei";

    /// <summary>Wei as ether.</summary>
    public static string Ether(BigInteger wei) => $"{Digits((double)wei / 1e18)} ETH";

    /// <summary>An id or an address, shortened where people compare the ends.</summary>
    public static string Short(string id) => id.Length <= IdHead + IdTail ? id : $"{id[..IdHead]}…{id[^IdTail..]}";

    /// <summary>A moment in UTC.</summary>
    public static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", Culture);

    /// <summary>A length of time, in its two greatest units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 24 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };

    /// <summary>How far away a moment is: "in 3 h 12 min", "4 min ago".</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now) => at > now ? $"in {Span(at - now)}" : $"{Span(now - at)} ago";

    private static string TokenDigits(TokenAmount amount) =>
        amount.IsZero ? "0" : (double)amount.BaseUnits / 1e18 is var tokens && tokens < SmallestToken ? $"< {Digits(SmallestToken)}" : Digits(tokens);

    private static string Digits(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1_000_000 => value.ToString("N0", Culture),
        >= 1 => value.ToString("N3", Culture),
        _ => value.ToString("0.000###", Culture),
    };
}
