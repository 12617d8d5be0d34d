using System.Net;
using System.Numerics;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Contracts;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Newtonsoft.Json.Linq;

namespace Nethereum.StandIn.Tests;

/// <summary>Requests as they go over the wire, and the exceptions that the package turns answers into.</summary>
public sealed class RpcTests
{
    private const string Address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    [Fact]
    public async Task Requests_CarryMethodParametersAndNoNulls()
    {
        var node = new Node(Result("\"0x2a\""));

        var balance = await node.Web3.Eth.GetBalance.SendRequestAsync(Address, new BlockParameter(16));

        Assert.Equal(42, balance.Value);
        Assert.Equal("eth_getBalance", node.Request.Value<string>("method"));
        Assert.Equal("2.0", node.Request.Value<string>("jsonrpc"));
        Assert.Equal(["\"" + Address + "\"", "\"0x10\""], node.Request["params"].Select(p => p.ToString(Newtonsoft.Json.Formatting.None)));

        await node.Web3.Eth.Transactions.EstimateGas.SendRequestAsync(new CallInput { To = Address, Data = "0x01" });
        Assert.Equal(["to", "data"], node.Request["params"][0].Cast<JProperty>().Select(p => p.Name));
    }

    [Fact]
    public async Task BlockParameter_KnowsTagsAndNumbers()
    {
        var finalized = BlockParameter.CreateLatest();
        finalized.SetValue(BlockParameter.BlockParameterType.finalized);

        Assert.Equal("finalized", finalized.GetRPCParam());
        Assert.Equal("pending", BlockParameter.CreatePending().GetRPCParam());
        Assert.Equal("latest", new BlockParameter().GetRPCParam());
        Assert.Equal("0x0", new BlockParameter(0).GetRPCParam());
        var node = new Node(Result("null"));
        Assert.Null(await node.Web3.Eth.Blocks.GetBlockWithTransactionsHashesByNumber.SendRequestAsync(finalized));
        Assert.Equal("[\"finalized\",false]", node.Request["params"].ToString(Newtonsoft.Json.Formatting.None));
    }

    [Fact]
    public async Task Receipt_OfAFailedTransaction_ThrowsNothing()
    {
        var node = new Node(Result("""{"status":"0x0","gasUsed":"0x5208","blockNumber":"0x1","logs":[]}"""));

        var receipt = await node.Web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync("0x01");

        Assert.False(receipt.Succeeded());
        Assert.Equal(21_000, receipt.GasUsed.Value);
        Assert.True(new TransactionReceipt().Succeeded());
    }

    [Fact]
    public async Task Error_IsThrownWithCodeMethodAndData()
    {
        var node = new Node("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"nonce too low","data":"0xdead"}}""");

        var error = await Assert.ThrowsAsync<RpcResponseException>(
            () => node.Web3.Eth.Transactions.SendRawTransaction.SendRequestAsync("02"));

        Assert.Equal(-32000, error.RpcError.Code);
        Assert.Equal("nonce too low: eth_sendRawTransaction", error.Message);
        Assert.Equal("0xdead", error.RpcError.GetDataAsString());
        Assert.Equal("0x02", node.Request["params"][0]);
    }

    [Fact]
    public async Task Error_WithWrappedData_GivesItAsWell()
    {
        var node = new Node("""{"id":1,"error":{"code":3,"message":"execution reverted","data":{"data":"0xbeef"}}}""");

        var error = await Assert.ThrowsAsync<RpcResponseException>(() => node.Web3.Eth.ChainId.SendRequestAsync());

        Assert.Equal("0xbeef", error.RpcError.GetDataAsString());
    }

    [Fact]
    public async Task Query_GivesOneValueOrAnObject_AndTheDefaultWhereThereIsNoContract()
    {
        var one = new string('0', 63) + "7";
        var handler = new Node(Result($"\"0x{one}\"")).Web3.Eth.GetContractHandler(Address);
        Assert.Equal(7, await handler.QueryAsync<TotalMessage, BigInteger>());

        var pair = one + new string('0', 62) + "40" + new string('0', 63) + "2" + "6869" + new string('0', 60);
        handler = new Node(Result($"\"0x{pair}\"")).Web3.Eth.GetContractHandler(Address);
        var output = await handler.QueryDeserializingToObjectAsync<PairMessage, PairOutput>();
        Assert.Equal((7, "hi"), ((int)output.A, output.B));

        handler = new Node(Result("\"0x\"")).Web3.Eth.GetContractHandler(Address);
        Assert.Equal(0, await handler.QueryAsync<TotalMessage, BigInteger>());
        Assert.Null(await handler.QueryDeserializingToObjectAsync<PairMessage, PairOutput>());
    }

    [Fact]
    public async Task Query_ThatReverts_ThrowsByTextOrByData()
    {
        var data = "0xcf479181" + new string('0', 63) + "7" + new string('0', 63) + "8";
        var custom = await Assert.ThrowsAsync<SmartContractCustomErrorRevertException>(
            () => Reverting(data).QueryAsync<TotalMessage, BigInteger>());
        Assert.True(custom.IsCustomErrorFor<InsufficientBalanceError>());
        Assert.Equal(8, custom.DecodeError<InsufficientBalanceError>().Required);

        var text = "0x08c379a0" + new string('0', 62) + "20" + new string('0', 63) + "2" + "6e6f" + new string('0', 60);
        var plain = await Assert.ThrowsAsync<SmartContractRevertException>(
            () => Reverting(text).QueryAsync<TotalMessage, BigInteger>());
        Assert.Equal("no", plain.RevertMessage);
    }

    [Fact]
    public async Task NodeThatAnswersNot_IsATimeout_AndOneThatAnswersBadly_IsUnknown()
    {
        var hanging = new Node(_ => throw new TaskCanceledException());
        await Assert.ThrowsAsync<RpcClientTimeoutException>(() => hanging.Web3.Eth.ChainId.SendRequestAsync());

        var broken = new Node(_ => new HttpResponseMessage(HttpStatusCode.BadGateway));
        await Assert.ThrowsAsync<RpcClientUnknownException>(() => broken.Web3.Eth.ChainId.SendRequestAsync());

        var html = new Node("<html>");
        await Assert.ThrowsAsync<RpcClientUnknownException>(() => html.Web3.Eth.ChainId.SendRequestAsync());

        Assert.Equal(TimeSpan.FromSeconds(20), ClientBase.ConnectionTimeout);
    }

    [Fact]
    public async Task Client_SendsAnyMethod()
    {
        var node = new Node(Result("\"0x3b9aca00\""));

        var tip = await node.Web3.Client.SendRequestAsync<HexBigInteger>("eth_maxPriorityFeePerGas");

        Assert.Equal(1_000_000_000, tip.Value);
        Assert.Empty(node.Request["params"]);
    }

    private static Nethereum.Contracts.ContractHandlers.ContractHandler Reverting(string data)
        => new Node("""{"id":1,"error":{"code":3,"message":"execution reverted","data":"DATA"}}""".Replace("DATA", data, StringComparison.Ordinal))
            .Web3.Eth.GetContractHandler(Address);

    private static string Result(string json) => $$"""{"jsonrpc":"2.0","id":1,"result":{{json}}}""";

    private sealed class Node : HttpMessageHandler
    {
        private readonly Func<HttpRequestMessage, HttpResponseMessage> answer;

        public Node(string json)
            : this(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json) })
        {
        }

        public Node(Func<HttpRequestMessage, HttpResponseMessage> answer)
        {
            this.answer = answer;
            Web3 = new Web3.Web3(new RpcClient(new Uri("http://node.invalid"), new HttpClient(this)));
        }

        public Web3.Web3 Web3 { get; }

        public JObject Request { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = JObject.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
            return answer(request);
        }
    }
}
