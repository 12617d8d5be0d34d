using System.Numerics;
using System.Security.Cryptography;
using Nethereum.JsonRpc.Client;
using Nethereum.Web3;
using Tachyon.Chain.Ethereum.Bindings;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Ethereum;

/// <summary>A channel's id is the same to the protocol's library and to the contract, whatever its terms.</summary>
public sealed class ChannelIdTests(ContractsFixture contracts) : IClassFixture<ContractsFixture>
{
    [Fact]
    public async Task ChannelIdOf_RandomTerms_IsTheLibrarys()
    {
        using var http = new HttpClient();
        var handler = new Web3(new RpcClient(contracts.Anvil.Endpoint, http)).Eth
            .GetContractHandler(contracts.Deployment.PaymentChannels.ToString());
        for (var draw = 0; draw < 20; draw++)
        {
            var terms = new Terms(
                Address.FromBytes(RandomNumberGenerator.GetBytes(20)),
                Address.FromBytes(RandomNumberGenerator.GetBytes(20)),
                BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
                new TokenAmount(new BigInteger(RandomNumberGenerator.GetBytes(12), isUnsigned: true)),
                BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)),
                draw % 2 == 0 ? ChannelKind.Direct : ChannelKind.Lock,
                Bytes32.FromBytes(RandomNumberGenerator.GetBytes(32)));

            var id = await handler.QueryAsync<ChannelIdOfMessage, byte[]>(
                new ChannelIdOfMessage { Terms = TermsStruct.Of(terms) });

            Assert.Equal(Convert.ToHexString(terms.ChannelId(contracts.Deployment.Domain).ToArray()), Convert.ToHexString(id));
        }
    }
}
