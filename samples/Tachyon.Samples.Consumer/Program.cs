// Buys bandwidth from the nearest provider, downloads one URL through it, and closes the channel.
//
//     dotnet run -- DATA-DIRECTORY PASSWORD-FILE GATEWAY RPC DEPLOYMENT-FILE URL
//
// Make the key with `tachyon-edge keys new --data DATA-DIRECTORY` and give its account tokens and gas first.
using System.Net;
using Tachyon.EdgeTunnel;
using Tachyon.Protocol.Amounts;

if (args is not [var data, var passwordFile, var gateway, var rpc, var deployment, var url])
{
    Console.Error.WriteLine("usage: DATA-DIRECTORY PASSWORD-FILE GATEWAY RPC DEPLOYMENT-FILE URL");
    return 2;
}

try
{
    await using var consumer = await ConsumerClient.StartAsync(new ConsumerClientOptions
    {
        DataDirectory = data,
        Password = File.ReadLines(passwordFile).First(),
        Gateways = [new Uri(gateway)],
        Rpc = new Uri(rpc),
        DeploymentFile = deployment,
        MaxPricePerMB = TokenAmount.ParseTokens("0.001"),
        CapacityBytes = 500_000_000,
    });
    using var http = new HttpClient(new SocketsHttpHandler { Proxy = new WebProxy(consumer.Proxy) });
    byte[] page = await http.GetByteArrayAsync(url);
    Console.WriteLine($"downloaded {page.Length} bytes");

    ConsumerReceipt receipt = await consumer.CloseAsync();
    Console.WriteLine($"used {receipt.BytesUsed} bytes, paid {receipt.Paid.ToTokens()} IPX, got {receipt.Refunded.ToTokens()} IPX back");
    return 0;
}
catch (Exception fault)
{
    // A channel that is open by now stays open: the next run goes on with it.
    Console.Error.WriteLine($"error: {fault.Message}");
    return 1;
}
