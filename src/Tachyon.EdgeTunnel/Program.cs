using Tachyon.EdgeTunnel.Cli;

return await EdgeCommandLine.Create()
    .AddKeys()
    .AddProvide()
    .AddConnect()
    .AddWatch()
    .AddChannels()
    .AddUsage()
    .AddVerify()
    .AddStatus()
    .AddConfig()
    .RunAsync(args);
