using Tachyon.EdgeTunnel.Config;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>Whom this node believes about others, and whether it says itself what it thinks of them.</summary>
internal sealed record ReputationOptions
{
    public ReputationPolicies Policies { get; init; } = ReputationPolicies.Evidence;

    /// <summary>Nodes whose word counts.</summary>
    public IReadOnlyList<Address> Trusted { get; init; } = [];

    /// <summary>Under <see cref="ReputationPolicies.Weigh"/>: so much burned by all blacklisters' channels with a node is enough. Zero: no amount is.</summary>
    public TokenAmount BurnedLimit { get; init; } = new(System.Numerics.BigInteger.Pow(10, TokenAmount.Decimals));

    /// <summary>Under <see cref="ReputationPolicies.Weigh"/>: so many trusted counterparties are enough.</summary>
    public int Counterparties { get; init; } = 2;

    /// <summary>Whether this node's blacklist is published.</summary>
    public bool Publishes { get; init; } = true;

    /// <summary>Reads the settings of either role; faults stay with the reader.</summary>
    public static ReputationOptions Read(SettingReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var byDefault = new ReputationOptions();
        return new ReputationOptions
        {
            Policies = reader.Optional<ReputationPolicies>(Settings.ReputationPolicy, byDefault.Policies, ParsePolicies),
            Trusted = reader.Many<Address>(Settings.ReputationTrust, ParseAddress),
            BurnedLimit = reader.Optional<TokenAmount>(Settings.ReputationBurned, byDefault.BurnedLimit, ParseLimit),
            Counterparties = reader.Optional(Settings.ReputationCounterparties, byDefault.Counterparties, SettingParsers.Count(1, 1_000)),
            Publishes = reader.Optional(Settings.PublishBlacklist, byDefault.Publishes, SettingParsers.YesOrNo),
        };
    }

    private static bool ParsePolicies(string text, out ReputationPolicies value, out string reason)
    {
        reason = "must be ignore, or one or more of evidence, weigh and trust, separated by commas";
        value = ReputationPolicies.Ignore;
        if (text == "ignore")
        {
            return true;
        }

        foreach (var word in text.Split(','))
        {
            switch (word)
            {
                case "evidence":
                    value |= ReputationPolicies.Evidence;
                    break;
                case "weigh":
                    value |= ReputationPolicies.Weigh;
                    break;
                case "trust":
                    value |= ReputationPolicies.Trust;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool ParseAddress(string text, out Address value, out string reason)
    {
        reason = "must be an address (0x and 40 hexadecimal digits; in mixed case with a right checksum)";
        return Address.TryParse(text, out value);
    }

    private static bool ParseLimit(string text, out TokenAmount value, out string reason)
    {
        value = TokenAmount.Zero;
        reason = "";
        return text == "0" || SettingParsers.Price(text, out value, out reason);
    }
}
