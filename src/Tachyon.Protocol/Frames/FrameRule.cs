namespace Tachyon.Protocol.Frames;

/// <summary>What the header of each kind may say: the one table of the frame format.</summary>
internal readonly record struct FrameRule(bool OfStream, int MinPayloadBytes, int MaxPayloadBytes)
{
    private const int MaxIntroductionBytes = 512;

    private static readonly FrameRule[] Rules = Build();

    public static FrameRule For(FrameKind kind) => Rules[(int)kind];

    private static FrameRule[] Build()
    {
        var rules = new FrameRule[(int)FrameKind.RouteWelcome + 1];
        // Of any length, so that a peer of another version can be told that it is one.
        rules[(int)FrameKind.Hello] = new FrameRule(false, 1, MaxIntroductionBytes);
        rules[(int)FrameKind.Welcome] = new FrameRule(false, 1, MaxIntroductionBytes);
        rules[(int)FrameKind.Open] = new FrameRule(true, OpenPayload.MinBytes, OpenPayload.MaxBytes);
        rules[(int)FrameKind.OpenResult] = OfStreamExactly(OpenResultPayload.Bytes);
        rules[(int)FrameKind.Data] = new FrameRule(true, 1, FrameLayout.MaxPayloadBytes);
        rules[(int)FrameKind.Window] = OfStreamExactly(WindowPayload.Bytes);
        rules[(int)FrameKind.Fin] = OfStreamExactly(0);
        rules[(int)FrameKind.Reset] = OfStreamExactly(ResetPayload.Bytes);
        rules[(int)FrameKind.Unit] = OfSession(0);
        rules[(int)FrameKind.Statement] = OfSession(StatementPayload.Bytes);
        rules[(int)FrameKind.ClosureOffer] = OfSession(0);
        rules[(int)FrameKind.ClosureSigned] = OfSession(ClosurePayload.Bytes);
        rules[(int)FrameKind.Ping] = OfSession(PingPayload.Bytes);
        rules[(int)FrameKind.Pong] = OfSession(PingPayload.Bytes);
        rules[(int)FrameKind.Goodbye] = OfSession(GoodbyePayload.Bytes);
        rules[(int)FrameKind.UnitShown] = new FrameRule(false, 0, FrameLayout.UnitSectionBytes);
        rules[(int)FrameKind.PacketsOpen] = OfSession(PacketsOpenPayload.Bytes);
        rules[(int)FrameKind.PacketsOpened] = new FrameRule(false, 0, PacketsOpenedPayload.Bytes);
        rules[(int)FrameKind.OpenUdp] = OfStreamExactly(0);
        rules[(int)FrameKind.RouteHello] = new FrameRule(false, 1, MaxIntroductionBytes);
        rules[(int)FrameKind.RouteProof] = new FrameRule(false, 1, MaxIntroductionBytes);
        rules[(int)FrameKind.RouteOpen] = OfSession(RouteOpenPayload.Bytes);
        rules[(int)FrameKind.RouteWelcome] = OfSession(RouteWelcomePayload.Bytes);
        return rules;
    }

    private static FrameRule OfSession(int payloadBytes) => new(false, payloadBytes, payloadBytes);

    private static FrameRule OfStreamExactly(int payloadBytes) => new(true, payloadBytes, payloadBytes);
}
