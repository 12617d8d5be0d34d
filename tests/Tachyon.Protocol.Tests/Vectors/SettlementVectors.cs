using System.Text.Json.Nodes;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Settlement;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>Prices, deposits and settlements: the corners by hand, and a fixed spread between them.</summary>
internal static class SettlementVectors
{
    private const ulong MB = ProtocolConstants.BytesPerMB;

    internal static JsonArray Prices(Terms terms)
    {
        TokenAmount[] prices = [new(1), new(7), new(999_999), new(1_000_000_000_000_000), TokenAmount.MaxPrice];
        ulong[] counts = [0, 1_000, 2_000, 999_000, MB, 5 * MB, 123_456_000, ProtocolConstants.MaxCapacityBytes];
        JsonArray vectors = [];
        foreach (ChannelKind kind in new[] { ChannelKind.Direct, ChannelKind.Lock })
        {
            foreach (TokenAmount price in prices)
            {
                foreach (ulong count in counts)
                {
                    Terms priced = terms with { PricePerMB = price, Kind = kind };
                    vectors.Add(new JsonObject
                    {
                        ["pricePerMB"] = price.ToString(),
                        ["kind"] = ProtocolVectors.Number((byte)kind),
                        ["bytes"] = ProtocolVectors.Number(count),
                        ["price"] = priced.Price(count).ToString(),
                        ["deposit"] = priced.Deposit(count).ToString(),
                    });
                }
            }
        }

        return vectors;
    }

    internal static JsonArray Settlements(Terms terms)
    {
        JsonArray vectors = [];
        void Add(ulong uA, ulong uB, ulong capacity = 100 * MB, uint tolerance = 10_000, ulong paidBefore = 0, ulong price = 1_000_003) =>
            AddBoth(vectors, terms, uA, uB, capacity, tolerance, paidBefore, new TokenAmount(price));

        Add(0, 0);
        Add(0, 50 * MB); // nothing signed by the consumer: nothing paid or charged
        Add(10 * MB, 10 * MB);
        Add(10 * MB, 0); // the provider's unit not shown
        Add(10 * MB, 3 * MB); // an older unit of the provider
        Add(10 * MB, (10 * MB) + 50_000); // the whole allowance of one checkpoint
        Add(10 * MB, (10 * MB) + 51_000); // one KB more
        Add(1_000, 2_000); // 1 KB is always allowed
        Add(1_000, 3_000);
        Add(1_000, 2_000, tolerance: 0);
        Add(1_000, 3_000, tolerance: 0);
        Add(2 * MB, (2 * MB) + 20_000); // tolerance of less than a checkpoint counts what was used
        Add(2 * MB, (2 * MB) + 21_000);
        Add(2 * MB, (2 * MB) + 1_000, tolerance: 1); // reckoned in bytes, not rounded up to a KB of every difference
        Add(10 * MB, 15 * MB); // exactly one checkpoint
        Add(10 * MB, (15 * MB) + 1_000); // and beyond: the charge stops there
        Add(10 * MB, 100 * MB);
        Add(98 * MB, 100 * MB);
        Add(98 * MB, 500 * MB); // clipped to the capacity
        Add(500 * MB, 500 * MB);
        Add(10 * MB, 90 * MB, tolerance: ProtocolConstants.MaxTolerancePpm);
        Add(10 * MB, 15 * MB, tolerance: ProtocolConstants.MaxTolerancePpm);
        Add(10 * MB, 12 * MB, paidBefore: 10 * MB);
        Add(10 * MB, 12 * MB, paidBefore: 4 * MB);
        Add(2 * MB, 3 * MB, paidBefore: 7 * MB); // what was claimed counts as shown
        Add(0, 3 * MB, paidBefore: 7 * MB);
        Add(99_999_000, 99_999_000, price: 1);
        Add(
            ProtocolConstants.MaxCapacityBytes, ProtocolConstants.MaxCapacityBytes,
            capacity: ProtocolConstants.MaxCapacityBytes, price: ulong.MaxValue);

        var random = new Random(1);
        for (int i = 0; i < 60; i++)
        {
            ulong capacity = (ulong)random.Next(1, 200_000) * 1_000;
            ulong uA = (ulong)random.Next(0, 220_000) * 1_000;
            ulong uB = random.Next(3) == 0 ? (ulong)random.Next(0, 220_000) * 1_000 : uA + ((ulong)random.Next(0, 60) * 1_000);
            ulong paidBefore = random.Next(2) == 0 ? 0 : Math.Min(capacity, uA) / 2_000 * 1_000;
            Add(uA, uB, capacity, (uint)random.Next(0, 30_000), paidBefore, (ulong)random.NextInt64(1, long.MaxValue));
        }

        return vectors;
    }

    private static void AddBoth(
        JsonArray vectors, Terms terms, ulong uA, ulong uB, ulong capacity, uint tolerance, ulong paidBefore, TokenAmount price)
    {
        foreach (ChannelKind kind in new[] { ChannelKind.Direct, ChannelKind.Lock })
        {
            Terms settled = terms with { CapacityBytes = capacity, TolerancePpm = tolerance, PricePerMB = price, Kind = kind };
            SettlementOutcome outcome = SettlementRules.Settle(settled, capacity, uA, uB, paidBefore);
            vectors.Add(new JsonObject
            {
                ["uA"] = ProtocolVectors.Number(uA),
                ["uB"] = ProtocolVectors.Number(uB),
                ["capacity"] = ProtocolVectors.Number(capacity),
                ["pricePerMB"] = price.ToString(),
                ["tolerance"] = ProtocolVectors.Number(tolerance),
                ["kind"] = ProtocolVectors.Number((byte)kind),
                ["paidBefore"] = ProtocolVectors.Number(paidBefore),
                ["paid"] = outcome.Paid.ToString(),
                ["paidNow"] = outcome.PaidNow.ToString(),
                ["charged"] = outcome.Charged.ToString(),
                ["burned"] = outcome.Burned.ToString(),
                ["refunded"] = outcome.Refunded.ToString(),
            });
        }
    }
}
