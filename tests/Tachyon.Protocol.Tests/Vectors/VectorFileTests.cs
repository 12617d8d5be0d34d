using System.Text.Json.Nodes;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Vectors;

public class VectorFileTests
{
    [Fact]
    public void VectorFile_IsAsCommitted() => VectorFile.AssertIsAsCommitted(
        VectorFile.Protocol,
        VectorFile.Format(ProtocolVectors.Create()),
        "What is signed or settled changed: raise the domain's version. The contract tests read this file too.");

    [Theory]
    [InlineData("units")]
    [InlineData("orders")]
    [InlineData("topUps")]
    [InlineData("closures")]
    [InlineData("sessionAuths")]
    [InlineData("gatewayAuths")]
    [InlineData("tagCredits")]
    [InlineData("tagCounts")]
    [InlineData("blacklistings")]
    public void VectorFile_SignedMessages_VerifyAgainstTheirSignerAlone(string section)
    {
        foreach (JsonNode? vector in Read()[section]!.AsArray())
        {
            Bytes32 digest = Bytes32.Parse((string)vector!["digest"]!);
            Address signer = Address.Parse((string)vector["signer"]!);
            Assert.True(Signature.TryParse((string)vector["signature"]!, out Signature signature));

            var verifier = new SignatureVerifier();
            Assert.Equal(SignatureFault.None, verifier.Verify(digest, signature, signer));
            Assert.Equal(SignatureFault.WrongSigner, verifier.Verify(digest, signature, TestKeys.Stranger.Address));
        }
    }

    [Fact]
    public void VectorFile_BadSignatures_AreRefusedForTheNamedReason()
    {
        foreach (JsonNode? vector in Read()["badSignatures"]!.AsArray())
        {
            string text = (string)vector!["signature"]!;
            SignatureFault fault = Signature.Read(Convert.FromHexString(text[2..]), out Signature signature);
            if (fault == SignatureFault.None)
            {
                fault = new SignatureVerifier().Verify(
                    Bytes32.Parse((string)vector["digest"]!), signature, Address.Parse((string)vector["expectedSigner"]!));
            }

            Assert.Equal((string)vector["fault"]!, fault.ToString());
        }
    }

    private static JsonNode Read() => VectorFile.Read(VectorFile.Protocol);
}
