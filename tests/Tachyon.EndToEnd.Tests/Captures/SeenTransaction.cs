using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Tachyon.Protocol.Identity;

namespace Tachyon.EndToEnd.Tests.Captures;

/// <summary>One transaction as everybody sees it: its raw bytes, its sender, and what it logged.</summary>
internal sealed class SeenTransaction
{
    private const int WordDigits = 64;
    private const int SelectorDigits = 8;

    private readonly string _all;

    private SeenTransaction(string hash, string all, IReadOnlySet<string> words)
    {
        Hash = hash;
        _all = all;
        Words = words;
    }

    public string Hash { get; }

    /// <summary>The words of calldata and logs, in hex, but for the names of events; each once.</summary>
    public IReadOnlySet<string> Words { get; }

    /// <summary>The words that are numbers and no address or hash: amounts, times, counts.</summary>
    public IEnumerable<BigInteger> Numbers =>
        Words.Select(word => BigInteger.Parse($"0{word}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).Where(number => number < BigInteger.One << 128);

    /// <param name="raw">The signed bytes, as they went over the wire.</param>
    /// <param name="transaction">The endpoint's view of it.</param>
    /// <param name="logs">What it logged.</param>
    public static SeenTransaction Read(string raw, JsonElement transaction, JsonElement logs)
    {
        var parts = new List<string> { Digits(raw), Digits(Text(transaction, "from")) };
        var words = new HashSet<string>(Chunks(Digits(Text(transaction, "input")), SelectorDigits));
        foreach (var log in logs.EnumerateArray())
        {
            var topics = log.GetProperty("topics").EnumerateArray().Select(topic => Digits(topic.GetString()!)).ToList();
            var data = Digits(Text(log, "data"));
            parts.AddRange([Digits(Text(log, "address")), .. topics, data]);
            words.UnionWith(topics.Skip(1).Concat(Chunks(data, 0)));
        }

        return new SeenTransaction(Text(transaction, "hash"), string.Join(' ', parts), words);
    }

    /// <summary>Whether an address is anywhere in it.</summary>
    public bool Names(Address address) => Holds(address.ToString());

    /// <summary>Whether bytes, in hex, are anywhere in it.</summary>
    public bool Holds(string hex) => _all.Contains(Digits(hex), StringComparison.Ordinal);

    /// <summary>An address as the word that it is in calldata and logs.</summary>
    public static string WordOf(Address address) => Digits(address.ToString()).PadLeft(WordDigits, '0');

    private static IEnumerable<string> Chunks(string digits, int start)
    {
        for (var at = start; at + WordDigits <= digits.Length; at += WordDigits)
        {
            yield return digits.Substring(at, WordDigits);
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Digits(string hex) => hex[2..].ToLowerInvariant();
}
