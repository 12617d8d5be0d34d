using System.Numerics;

namespace Tachyon.Chain.Tests.Conformance;

// Every refusal comes back as a value with its own values in it.
public abstract partial class ChainConformance
{
    [Fact]
    public async Task Open_BadTerms_NamesTheFaultAndChangesNothing()
    {
        var good = NewTerms();
        await Consumer.DoAsync(new ChainCall.Approve(good.Deposit(CapacityBytes)));
        var before = await BalanceAsync(Consumer);

        Task<T> Refused<T>(Terms terms)
            where T : ContractRefusal
            => Consumer.RefusedAsync<T>(new ChainCall.Open(terms));

        Assert.Equal(0, (await Refused<ContractRefusal.CapacityNotWholeKB>(good with { CapacityBytes = 0 })).Capacity);
        Assert.Equal(1_001, (await Refused<ContractRefusal.CapacityNotWholeKB>(good with { CapacityBytes = 1_001 })).Capacity);
        var tooLarge = await Refused<ContractRefusal.CapacityTooLarge>(
            good with { CapacityBytes = ProtocolConstants.MaxCapacityBytes + 1_000 });
        Assert.Equal(ProtocolConstants.MaxCapacityBytes, tooLarge.Maximum);
        await Refused<ContractRefusal.ZeroPrice>(good with { PricePerMB = TokenAmount.Zero });
        await Refused<ContractRefusal.ZeroProvider>(good with { Provider = Address.Zero });
        Assert.Equal(
            Consumer.Address, (await Refused<ContractRefusal.SelfChannel>(good with { Provider = Consumer.Address })).Account);
        Assert.Equal(1_000_001, (await Refused<ContractRefusal.ToleranceTooHigh>(good with { TolerancePpm = 1_000_001 })).Tolerance);
        Assert.Equal(3, (await Refused<ContractRefusal.UnknownKind>(good with { Kind = (ChannelKind)3 })).Kind);
        Assert.Equal(
            Provider.Address, (await Refused<ContractRefusal.ProviderNotProxy>(good with { Kind = ChannelKind.Lock })).Provider);

        Assert.Equal(before, await BalanceAsync(Consumer));
    }

    [Fact]
    public async Task Open_WithoutTokensOrAllowance_SaysHowManyAreNeeded()
    {
        var terms = NewTerms();
        var deposit = terms.Deposit(CapacityBytes);

        var allowance = await Consumer.RefusedAsync<ContractRefusal.InsufficientAllowance>(new ChainCall.Open(terms));
        Assert.Equal((TokenAmount.Zero, deposit), (allowance.Allowance, allowance.Needed));

        var balance = await BalanceAsync(Consumer);
        await Consumer.DoAsync(new ChainCall.Transfer(Provider.Address, balance));
        await Consumer.DoAsync(new ChainCall.Approve(deposit));
        var poor = await Consumer.RefusedAsync<ContractRefusal.InsufficientBalance>(new ChainCall.Open(terms));
        Assert.Equal((Consumer.Address, TokenAmount.Zero, deposit), (poor.Account, poor.Balance, poor.Needed));
    }

    [Fact]
    public async Task Calls_ByTheWrongAccount_NameWhoMay()
    {
        var terms = await OpenAsync();

        Assert.Equal(
            new ContractRefusal.NotConsumer(Provider.Address, Consumer.Address),
            await Provider.RefusedAsync<ContractRefusal.NotConsumer>(new ChainCall.TopUp(terms, CapacityBytes + 1_000)));
        Assert.Equal(
            new ContractRefusal.NotProvider(Consumer.Address, Provider.Address),
            await Consumer.RefusedAsync<ContractRefusal.NotProvider>(new ChainCall.Confirm(terms)));
        var stranger = await NewPartyAsync();
        Assert.Equal(
            new ContractRefusal.NotParty(stranger.Address, Consumer.Address, Provider.Address),
            await stranger.RefusedAsync<ContractRefusal.NotParty>(new ChainCall.StartClose(terms, null, null)));
    }

    [Fact]
    public async Task Confirm_SixthChannelOfAProvider_FindsNoFreeSlot()
    {
        for (var i = 0; i < ProtocolConstants.MaxActiveChannels; i++)
        {
            await OpenActiveAsync();
        }

        var sixth = await OpenAsync();

        Assert.Equal(
            new ContractRefusal.NoFreeSlot(Provider.Address, ProtocolConstants.MaxActiveChannels),
            await Provider.RefusedAsync<ContractRefusal.NoFreeSlot>(new ChainCall.Confirm(sixth)));
        Assert.Equal(
            ProtocolConstants.MaxActiveChannels, await Chain.CountActiveChannelsAsync(Provider.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task SignedCalls_BadSignatureOrTime_SayWhatIsWrong()
    {
        var terms = await OpenAsync();
        var validUntil = await InAnHourAsync();
        var signature = Provider.Node.Sign(new Confirm(Id(terms), validUntil), Chain.Domain);

        var wrong = await Consumer.RefusedAsync<ContractRefusal.WrongSigner>(new ChainCall.ConfirmFor(
            terms, validUntil, Consumer.Node.Sign(new Confirm(Id(terms), validUntil), Chain.Domain)));
        Assert.Equal(new ContractRefusal.WrongSigner(Consumer.Address, Provider.Address), wrong);

        var highS = signature with { S = Negated(signature.S), V = (byte)(55 - signature.V) };
        var malformed = await Consumer.RefusedAsync<ContractRefusal.MalformedSignature>(
            new ChainCall.ConfirmFor(terms, validUntil, highS));
        Assert.Equal(new ContractRefusal.MalformedSignature(highS.V, highS.R, highS.S), malformed);
        await Consumer.RefusedAsync<ContractRefusal.MalformedSignature>(
            new ChainCall.ConfirmFor(terms, validUntil, signature with { V = 1 }));

        var over = await Consumer.RefusedAsync<ContractRefusal.SignatureExpired>(
            new ChainCall.ConfirmFor(terms, validUntil - 7_200, signature));
        Assert.Equal(validUntil - 7_200, over.ValidUntil);
        await Consumer.RefusedAsync<ContractRefusal.ValidityTooLong>(
            new ChainCall.ConfirmFor(terms, validUntil + 90_000, signature));
    }

    [Fact]
    public async Task Claim_ThatRaisesNothingOrIsNotWhole_IsRefused()
    {
        var terms = await OpenActiveAsync();
        await Provider.DoAsync(new ChainCall.Claim(terms, Unit(terms, Consumer, 5_000)));

        Assert.Equal(
            new ContractRefusal.RaisesNothing(Id(terms), 5_000, 5_000),
            await Provider.RefusedAsync<ContractRefusal.RaisesNothing>(
                new ChainCall.Claim(terms, Unit(terms, Consumer, 5_000, 99))));
        Assert.Equal(
            new ContractRefusal.BytesNotWholeKB(6_001),
            await Provider.RefusedAsync<ContractRefusal.BytesNotWholeKB>(new ChainCall.Claim(terms, Unit(terms, Consumer, 6_001))));
        Assert.Equal(
            new ContractRefusal.WrongSigner(Provider.Address, Consumer.Address),
            await Provider.RefusedAsync<ContractRefusal.WrongSigner>(new ChainCall.Claim(terms, Unit(terms, Provider, 9_000))));
    }

    [Fact]
    public async Task CooperativeClose_OutsideWhatIsPaidAndDeposited_IsRefused()
    {
        var terms = await OpenActiveAsync();
        await Provider.DoAsync(new ChainCall.Claim(terms, Unit(terms, Consumer, 5_000)));

        Assert.Equal(
            new ContractRefusal.ClosureBelowPaid(Id(terms), 4_000, 5_000),
            await Provider.RefusedAsync<ContractRefusal.ClosureBelowPaid>(await ClosureAsync(terms, 4_000)));
        Assert.Equal(
            new ContractRefusal.ClosureAboveCapacity(Id(terms), CapacityBytes + 1_000, CapacityBytes),
            await Provider.RefusedAsync<ContractRefusal.ClosureAboveCapacity>(await ClosureAsync(terms, CapacityBytes + 1_000)));
        await Provider.RefusedAsync<ContractRefusal.BytesNotWholeKB>(await ClosureAsync(terms, 5_500));

        await Provider.DoAsync(await ClosureAsync(terms, 6_000));
        Assert.Equal(
            new ContractRefusal.WrongStatus(Id(terms), ChannelStatus.Settled, ChannelStatus.Active),
            await Provider.RefusedAsync<ContractRefusal.WrongStatus>(await ClosureAsync(terms, 6_000)));
    }

    [Fact]
    public async Task TopUp_NotRaised_IsRefused()
    {
        var terms = await OpenAsync();

        Assert.Equal(
            new ContractRefusal.CapacityNotRaised(CapacityBytes, CapacityBytes),
            await Consumer.RefusedAsync<ContractRefusal.CapacityNotRaised>(new ChainCall.TopUp(terms, CapacityBytes)));
    }

    private static Bytes32 Negated(Bytes32 s)
    {
        var order = BigInteger.Parse(
            "00fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", System.Globalization.NumberStyles.HexNumber);
        var negated = order - new BigInteger(s.ToArray(), isUnsigned: true, isBigEndian: true);
        var bytes = new byte[32];
        var digits = negated.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, 32 - digits.Length);
        return Bytes32.FromBytes(bytes);
    }
}
