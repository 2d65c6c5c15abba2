// A text with its length before it, in both directions, a thread a player.
import java.io.*;
import java.net.*;

public class Lengths {
    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(Integer.parseInt(args[0]));
        System.out.println("port " + server.getLocalPort());
        while (true) {
            Socket client = server.accept();
            new Thread(() -> play(client)).start();
        }
    }

    static void play(Socket client) {
        int secret = (int) (Math.random() * 100) + 1;
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            out.writeUTF("Guess a number between 1 and 100");
            while (true) {
                int guess;
                try {
                    guess = Integer.parseInt(in.readUTF().trim());
                } catch (NumberFormatException | UTFDataFormatException e) {
                    out.writeUTF("Error: not a number");
                    continue;
                }
                if (guess == secret) {
                    out.writeUTF("Correct!");
                    return;
                }
                out.writeUTF(guess < secret ? "Too low" : "Too high");
            }
        } catch (IOException e) {
            // The player has gone.
        }
    }
}
