using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tachyon.EndToEnd.Tests.Captures;

/// <summary>Every transaction of a chain, read from its endpoint as a stranger would.</summary>
internal static class ChainCapture
{
    public static async Task<IReadOnlyList<SeenTransaction>> ReadAsync(string rpc, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri(rpc) };
        var newest = long.Parse((await AskAsync("eth_blockNumber")).GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var seen = new List<SeenTransaction>();
        for (long number = 1; number <= newest; number++)
        {
            var block = await AskAsync("eth_getBlockByNumber", $"0x{number:x}", true);
            foreach (var transaction in block.GetProperty("transactions").EnumerateArray())
            {
                var hash = transaction.GetProperty("hash").GetString()!;
                var raw = (await AskAsync("eth_getRawTransactionByHash", hash)).GetString()!;
                var receipt = await AskAsync("eth_getTransactionReceipt", hash);
                seen.Add(SeenTransaction.Read(raw, transaction, receipt.GetProperty("logs")));
            }
        }

        return seen;

        async Task<JsonElement> AskAsync(string method, params object[] parameters)
        {
            using var answer = await http.PostAsJsonAsync("", new { jsonrpc = "2.0", id = 1, method, @params = parameters }, stop);
            var document = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
            return document.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {document}");
        }
    }
}
